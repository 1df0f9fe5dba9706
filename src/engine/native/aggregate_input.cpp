#include "engine/native/aggregate_input.hpp"

#include <algorithm>
#include <utility>

#include "engine/native/fold_by_code.hpp"
#include "engine/native/refusals.hpp"

namespace sluice {
namespace {

bool ends_with_suffix(std::string_view name, std::string_view suffix) {
    return !suffix.empty() && name.ends_with(suffix);
}

LargeVector<std::uint32_t> count_rows(int threads, std::span<const Code> codes, std::size_t code_count) {
    return fold_by_code<std::uint32_t>(
        threads, codes, code_count, [](std::uint32_t& rows, std::size_t) { ++rows; },
        [](std::uint32_t& rows, std::uint32_t more) { rows += more; });
}

}  // namespace

AggregateInput::AggregateInput(SourceTable& left, SourceTable& right, NativeJoin join)
    : left_(&left), right_(&right), join_(std::move(join)) {
    left_key_ = left.slot(join_.shape.keys.front().left);
    right_key_ = right.slot(join_.shape.keys.front().right);
}

void AggregateInput::for_each_candidate(std::string_view name,
                                        const std::function<void(SourceTable&, std::size_t slot)>& want) {
    const auto want_both = [&](SourceTable& table, std::string_view suffix) {
        want(table, table.slot(name));
        if (ends_with_suffix(name, suffix)) want(table, table.slot(name.substr(0, name.size() - suffix.size())));
    };
    if (!is_join()) return want(*left_, left_->slot(name));
    want_both(*left_, join_.shape.left_suffix);
    want_both(*right_, join_.shape.right_suffix);
    // A key that only the right side has goes by the left's name.
    if (name == join_.shape.keys.front().left) want(*right_, right_key_);
}

Result<> AggregateInput::match(int threads, const Domains& domains) {
    if (matched_) return {};
    TRY(settle_columns());
    if (!is_join()) {
        rows_ = left_->rows();
        matched_ = true;
        return {};
    }
    TRY(check_keys());
    const std::size_t code_count = domains[*left_->uses()[left_key_].domain].code_count();
    left_rows_ = count_rows(threads, key_codes(JoinSide::left), code_count);
    right_rows_ = count_rows(threads, key_codes(JoinSide::right), code_count);
    std::uint64_t matched_left = 0;
    std::uint64_t matched_right = 0;
    for (std::size_t code = 1; code < code_count; ++code) {
        if (left_rows_[code] == 0 || right_rows_[code] == 0) continue;
        rows_ += std::uint64_t{left_rows_[code]} * right_rows_[code];
        matched_left += left_rows_[code];
        matched_right += right_rows_[code];
    }
    unmatched_left_ = left_->rows() - matched_left;
    unmatched_right_ = right_->rows() - matched_right;
    matched_ = true;
    return {};
}

Result<> AggregateInput::settle_columns() {
    names_.clear();
    if (!is_join()) {
        names_ = left_->column_names();
        return {};
    }
    Result<std::vector<JoinedColumn>> joined = join_columns(left_->column_names(), right_->column_names(), join_.shape);
    if (!joined) return joined.error().within(join_.place);
    joined_ = *std::move(joined);
    for (const JoinedColumn& column : joined_) names_.push_back(column.name);
    return {};
}

Result<> AggregateInput::check_keys() const {
    const JoinKey& key = join_.shape.keys.front();
    const ColumnSummary* left = left_->summary().find(key.left);
    const ColumnSummary* right = right_->summary().find(key.right);
    if (left == nullptr || right == nullptr) return {};
    TRY(refuse_unkeyable(join_.place, *left_, left_key_));
    TRY(refuse_unkeyable(join_.place, *right_, right_key_));
    return refuse_kinds_that_never_match(join_.place, {left_, left}, {right_, right});
}

std::optional<FoundColumn> AggregateInput::settled_meaning(std::string_view name) const {
    if (!is_join()) {
        const ColumnSummary* column = left_->summary().find(name);
        return column == nullptr ? std::nullopt : std::optional(locate(JoinSide::left, column->name));
    }
    const auto joined = join_columns(left_->column_names(), right_->column_names(), join_.shape);
    if (!joined) return std::nullopt;
    for (const JoinedColumn& column : *joined) {
        if (column.name != name) continue;
        FoundColumn found = locate(column);
        const JoinKey& key = join_.shape.keys.front();
        if ((found.join_key && key.left == key.right) || found.summary->name != name) return found;
    }
    return std::nullopt;
}

std::optional<FoundColumn> AggregateInput::find(std::string_view name) const {
    const auto place = std::find(names_.begin(), names_.end(), name);
    if (place == names_.end()) return std::nullopt;
    if (!is_join()) return locate(JoinSide::left, *place);
    return locate(joined_[static_cast<std::size_t>(place - names_.begin())]);
}

FoundColumn AggregateInput::locate(const JoinedColumn& column) const {
    const JoinSide side = column.left ? JoinSide::left : JoinSide::right;
    const std::size_t index = side == JoinSide::left ? *column.left : *column.right;
    FoundColumn found = locate(side, table(side).summary().columns[index].name);
    found.join_key = column.left && column.right;
    return found;
}

FoundColumn AggregateInput::locate(JoinSide side, const std::string& source_name) const {
    SourceTable& source = table(side);
    return {side, &source, source.slot(source_name), source.summary().find(source_name), false};
}

bool AggregateInput::lacks_rows() const { return left_->rows() == 0 || (is_join() && right_->rows() == 0); }

}  // namespace sluice
