#include "rows/scan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {

const ColumnSummary* ScanSummary::find(std::string_view name) const {
    const auto found = std::ranges::find(columns, name, &ColumnSummary::name);
    return found == columns.end() ? nullptr : &*found;
}

std::string Place::text() const { return fmt::format("{}:{}", file, line); }

}  // namespace sluice
