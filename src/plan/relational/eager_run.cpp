// Groupings around a join that has no table.
#include <fmt/format.h>

#include <chrono>

#include "plan/relational/run_state.hpp"

namespace sluice {

// The join has no table: its books come from the rows per key.
Result<> RelationalRun::State::count_rows_per_key(RelationId join) {
    if (rows_per_key.contains(join)) return {};
    const auto& node = std::get<JoinNode>(plan.relations[join].node);
    const JoinKey& key = node.shape.keys.front();
    const RowsPerKey tables{fmt::format("sl.l{}", join), fmt::format("sl.r{}", join)};
    const auto begin = std::chrono::steady_clock::now();
    TRY(engine->run(
        fmt::format("CREATE TABLE {} AS {}", tables.left, rows_per_key_query(relations[node.left], key.left))));
    TRY(engine->run(
        fmt::format("CREATE TABLE {} AS {}", tables.right, rows_per_key_query(relations[node.right], key.right))));
    rows_per_key.emplace(join, tables);
    const auto total = [&](std::string_view rows) {
        return engine->number(fmt::format("SELECT coalesce(sum({}), 0) FROM {} l JOIN {} r ON l.j = r.j", rows,
                                          tables.left, tables.right));
    };
    TRY_ASSIGN(joined_rows[join], total("CAST(l.n AS HUGEINT) * r.n"));
    if (needed[join]) return {};
    StepBooks& book = books[join];
    book.rows_in = {relations[node.left].rows, relations[node.right].rows};
    book.rows_out = joined_rows[join];
    TRY_ASSIGN(const std::uint64_t left, total("l.n"));
    TRY_ASSIGN(const std::uint64_t right, total("r.n"));
    book.unmatched_left = book.rows_in[0] - left;
    book.unmatched_right = book.rows_in[1] - right;
    book.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return {};
}

Result<> RelationalRun::State::run_eagerly(RelationId id, RelationId join) {
    const auto& node = std::get<JoinNode>(plan.relations[join].node);
    const BoundRelation& left = relations[node.left];
    const BoundRelation& right = relations[node.right];
    const NeededColumns read = read_of_join(plan.relations[id]);
    const StepContext of_join{*engine, refusals, notations, plan.relations[join], read, warnings};
    TRY_ASSIGN(StepQuery joined, join_query(of_join, node, left, right));
    TRY(count_rows_per_key(join));
    const StepContext context{*engine, refusals, notations, plan.relations[id], *needed[id], warnings};
    TRY_ASSIGN(const StepQuery query, eager_query(context, {node, left, right, std::move(joined), rows_per_key[join]}));
    relations[id].columns = query.columns;
    relations[id].order = query.order;
    books[id].rows_in = {joined_rows[join]};
    TRY(fill_table(id, query));
    TRY_ASSIGN(const std::uint64_t grouped,
               engine->number(fmt::format("SELECT coalesce(sum(m), 0) FROM {}", relations[id].table)));
    books[id].null_keys = joined_rows[join] - grouped;
    return release_inputs(id);
}

}  // namespace sluice
