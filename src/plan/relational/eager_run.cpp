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

// One query after the other, so that each has all the memory.
Result<> RelationalRun::State::group_in_parts(RelationId id, EagerQuery& parts) {
    const std::string folded = fmt::format("sl.w{}", id);
    const std::string joined = fmt::format("sl.e{}", id);
    const auto make = [&](const std::string& table, const std::string& select) -> Result<> {
        const auto made = engine->run(fmt::format("CREATE TABLE {} AS {}", table, select));
        return made ? Result<>() : placed(made.error(), id, parts.query);
    };
    if (parts.folds_partners) TRY(make(folded, parts.partners));
    TRY(make(joined, parts.joined(parts.folds_partners ? folded : parts.partners)));
    TRY(engine->run(fmt::format("DROP TABLE IF EXISTS {}", folded)));
    parts.group(joined);
    TRY(fill_table(id, parts.query));
    return engine->run(fmt::format("DROP TABLE {}", joined));
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
    TRY_ASSIGN(EagerQuery parts, eager_query(context, {node, left, right, std::move(joined), rows_per_key[join]}));
    relations[id].columns = parts.query.columns;
    relations[id].order = parts.query.order;
    books[id].rows_in = {joined_rows[join]};
    if (!has_many_rows({node.left, node.right})) {
        const std::string partners = parts.folds_partners ? fmt::format("({})", parts.partners) : parts.partners;
        parts.group(fmt::format("({})", parts.joined(partners)));
        TRY(fill_table(id, parts.query));
    } else {
        TRY(group_in_parts(id, parts));
    }
    TRY_ASSIGN(const std::uint64_t grouped,
               engine->number(fmt::format("SELECT coalesce(sum(m), 0) FROM {}", relations[id].table)));
    books[id].null_keys = joined_rows[join] - grouped;
    return release_inputs(id);
}

}  // namespace sluice
