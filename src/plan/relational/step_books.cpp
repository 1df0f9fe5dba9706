#include "plan/relational/step_books.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plan/relational/step_query.hpp"

namespace sluice {

namespace {

Result<std::uint64_t> rows_with_null_key(DuckdbEngine& engine, const std::vector<std::string>& keys,
                                         const BoundRelation& input) {
    std::string condition;
    for (const std::string& key : keys)
        condition += fmt::format("{}{} IS NULL", condition.empty() ? "" : " OR ", token_of_column(input.find(key)));
    return engine.number(fmt::format("SELECT count(*) FROM {} WHERE {}", input.table, condition));
}

std::string keys_of(const BoundRelation& side, const JoinShape& shape, bool left) {
    std::string list;
    for (std::size_t index = 0; index < shape.keys.size(); ++index) {
        const auto column = side.find(left ? shape.keys[index].left : shape.keys[index].right);
        list += fmt::format("{}sl_key({}) AS k{}", index == 0 ? "" : ", ", token_of_column(column), index);
    }
    return fmt::format("(SELECT {} FROM {})", list, side.table);
}

Result<std::uint64_t> unmatched(DuckdbEngine& engine, const std::string& side, const std::string& other,
                                std::size_t keys) {
    std::string condition;
    for (std::size_t index = 0; index < keys; ++index)
        condition += fmt::format("{}a.k{} = b.k{}", index == 0 ? "" : " AND ", index, index);
    return engine.number(fmt::format("SELECT count(*) FROM {} a ANTI JOIN {} b ON {}", side, other, condition));
}

// Of rows out, those that are pairs, less one for each left row that has any.
std::uint64_t fan_out(const JoinShape& shape, const StepBooks& books) {
    const bool keeps_left = shape.how == JoinKind::left || shape.how == JoinKind::full;
    const bool keeps_right = shape.how == JoinKind::right || shape.how == JoinKind::full;
    if (shape.how == JoinKind::semi || shape.how == JoinKind::anti) return 0;
    const std::uint64_t pairs =
        books.rows_out - (keeps_left ? books.unmatched_left : 0) - (keeps_right ? books.unmatched_right : 0);
    return pairs - std::min(pairs, books.rows_in[0] - books.unmatched_left);
}

}  // namespace

Result<StepBooks> open_books(DuckdbEngine& engine, const Relation& relation,
                             const std::vector<const BoundRelation*>& inputs) {
    StepBooks books;
    for (const BoundRelation* input : inputs) books.rows_in.push_back(input->rows);
    if (const auto* count = std::get_if<CountByNode>(&relation.node)) {
        TRY_ASSIGN(books.null_keys, rows_with_null_key(engine, count->keys, *inputs[0]));
    } else if (const auto* group = std::get_if<GroupByNode>(&relation.node)) {
        TRY_ASSIGN(books.null_keys, rows_with_null_key(engine, group->keys, *inputs[0]));
    } else if (const auto* join = std::get_if<JoinNode>(&relation.node)) {
        const std::string left = keys_of(*inputs[0], join->shape, true);
        const std::string right = keys_of(*inputs[1], join->shape, false);
        TRY_ASSIGN(books.unmatched_left, unmatched(engine, left, right, join->shape.keys.size()));
        TRY_ASSIGN(books.unmatched_right, unmatched(engine, right, left, join->shape.keys.size()));
    } else if (const auto* unnest = std::get_if<UnnestNode>(&relation.node)) {
        TRY_ASSIGN(const auto counted,
                   engine.rows(fmt::format("SELECT CAST(count(*) FILTER (coalesce(n, 0) = 0) AS VARCHAR), "
                                           "CAST(coalesce(sum(n), 0) AS VARCHAR) "
                                           "FROM (SELECT len(sl_elements({})) AS n FROM {})",
                                           token_of_column(inputs[0]->find(unnest->column.name)), inputs[0]->table)));
        books.empty_lists = std::stoull(*counted.at(0).at(0));
        books.elements = std::stoull(*counted.at(0).at(1));
    }
    return books;
}

StepCounts close_books(const Relation& relation, const StepBooks& books) {
    StepCounts counts;
    counts.step = relation.name;
    counts.rows_in = books.rows_in;
    counts.rows_out = books.rows_out;
    counts.filtered = books.null_keys;
    counts.unmatched_left = books.unmatched_left;
    counts.unmatched_right = books.unmatched_right;
    counts.seconds = books.seconds;
    if (const auto* join = std::get_if<JoinNode>(&relation.node)) counts.fan_out = fan_out(join->shape, books);
    if (std::holds_alternative<FilterNode>(relation.node)) counts.filtered = books.rows_in[0] - books.rows_out;
    if (std::holds_alternative<DedupeNode>(relation.node)) counts.deduplicated = books.rows_in[0] - books.rows_out;
    if (const auto* unnest = std::get_if<UnnestNode>(&relation.node)) {
        counts.filtered = unnest->keep_empty ? 0 : books.empty_lists;
        counts.fan_out = books.elements - (books.rows_in[0] - books.empty_lists);
    }
    return counts;
}

}  // namespace sluice
