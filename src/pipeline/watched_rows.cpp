#include "pipeline/watched_rows.hpp"

#include <algorithm>
#include <utility>

namespace sluice {

namespace {

class WatchedRows final : public RowStream {
public:
    explicit WatchedRows(std::unique_ptr<RowStream> rows) : rows_(std::move(rows)) {}

    Result<> add(const RowWatch& watch) {
        const auto& columns = rows_->columns();
        const std::string& name = watch.expectation->columns.front().value;
        const auto column = std::ranges::find(columns, name, &OutputColumn::name);
        if (column == columns.end()) {
            for (const OutputColumn& other : columns) watch.finding->columns.push_back(other.name);
            missing_.push_back(watch.finding);
            return {};
        }
        TRY_ASSIGN(ValueCheck check, ValueCheck::of(*watch.expectation, column->notation));
        present_.push_back({std::move(check), static_cast<std::size_t>(column - columns.begin()), watch.finding});
        return {};
    }

    const std::vector<OutputColumn>& columns() const override { return rows_->columns(); }

    Result<const TokenBatch*> next() override {
        auto batch = rows_->next();
        if (!batch || *batch == nullptr) return batch;
        const std::uint64_t before = std::exchange(seen_, seen_ + (*batch)->rows);
        const auto row_of = [before](std::size_t index) { return before + index; };
        for (const Present& one : present_)
            one.check.take((*batch)->columns[one.column], row_of, one.finding->tally, scratch_);
        for (RowFinding* finding : missing_) {
            finding->is_missing = true;
            finding->tally.rows += (*batch)->rows;
        }
        return batch;
    }

private:
    struct Present {
        ValueCheck check;
        std::size_t column;
        RowFinding* finding;
    };
    std::unique_ptr<RowStream> rows_;
    std::vector<Present> present_;
    std::vector<RowFinding*> missing_;
    std::uint64_t seen_ = 0;
    std::string scratch_;
};

}  // namespace

Result<std::unique_ptr<RowStream>> watched_rows(std::unique_ptr<RowStream> rows, const std::vector<RowWatch>& watches) {
    auto watched = std::make_unique<WatchedRows>(std::move(rows));
    for (const RowWatch& watch : watches) TRY(watched->add(watch));
    return std::unique_ptr<RowStream>(std::move(watched));
}

}  // namespace sluice
