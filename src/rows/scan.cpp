#include "rows/scan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {

namespace {

// Asks the source anew for each row.
class PlainPlaceFinder final : public PlaceFinder {
public:
    explicit PlainPlaceFinder(const ScannableSource& source) : source_(source) {}
    [[nodiscard]] Result<Place> place(Ordinal ordinal) override { return source_.place(ordinal); }

private:
    const ScannableSource& source_;
};

}  // namespace

const ColumnSummary* ScanSummary::find(std::string_view name) const {
    const auto found = std::ranges::find(columns, name, &ColumnSummary::name);
    return found == columns.end() ? nullptr : &*found;
}

std::string Place::text() const { return fmt::format("{}:{}", file, line); }

// NOLINTNEXTLINE(performance-unnecessary-value-param): a source that can be mended keeps the rows
Result<> ScannableSource::mend(std::vector<MendedRow> rows) {
    if (rows.empty()) return {};
    return data_error("mended_row", "the rows of this source cannot be mended");
}

std::unique_ptr<PlaceFinder> ScannableSource::places() const { return std::make_unique<PlainPlaceFinder>(*this); }

}  // namespace sluice
