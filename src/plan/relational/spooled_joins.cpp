// Joins that are written. While the sources are loaded their rows are formatted and go to disk; the tables hold where
// each lies. DuckDB joins and sorts keys and places, however long the rows are.
#include <fmt/format.h>

#include "plan/relational/run_state.hpp"
#include "plan/relational/spooled_pairs.hpp"

namespace sluice {

// Before the sources are loaded: what their rows are formatted as.
Result<> RelationalRun::State::spool_joins() {
    for (std::size_t number = 0; number < joins.size(); ++number) {
        const RelationId id = joins[number].join;
        if (!is_plain_join(plan, id, summaries)) continue;
        const auto& node = std::get<JoinNode>(plan.relations[id].node);
        const NeededColumns all;
        const StepContext context{*engine, refusals, notations, plan.relations[id], all, warnings};
        const BoundRelation& left = relations[node.left];
        const BoundRelation& right = relations[node.right];
        TRY_ASSIGN(const StepQuery query, join_query(context, node, left, right));
        TRY_ASSIGN(PieceSpool left_spool, PieceSpool::create(settings.temp_dir));
        TRY_ASSIGN(PieceSpool right_spool, PieceSpool::create(settings.temp_dir));
        auto join = std::make_unique<SpooledJoin>(std::move(left_spool), std::move(right_spool));
        join->join = id;
        join->number = number;
        for (std::size_t column = 0; column < query.columns.size(); ++column) {
            const std::string& value = query.values[column];  // "l.c3"
            const bool is_left = value.front() == 'l';
            const BoundRelation& side = is_left ? left : right;
            const std::size_t position = std::stoul(value.substr(3));
            join->columns.push_back(query.columns[column].output());
            (is_left ? join->left : join->right).push_back({side.columns[position].name, join->columns.back()});
        }
        spooled[number] = std::move(join);
    }
    return {};
}

// The texts that a source's rows give, whose slots begin at `first_slot`; `query` gets the columns of their places.
std::vector<RowText> RelationalRun::State::texts_of(RelationId source, std::size_t first_slot, StepQuery& query) const {
    std::vector<RowText> texts;
    for (const auto& join : spooled) {
        if (!join) continue;
        const auto& node = std::get<JoinNode>(plan.relations[join->join].node);
        if (node.left != source && node.right != source) continue;
        const bool is_left = node.left == source;
        const WrittenJoin& written = joins[join->number];
        texts.push_back({.fields = is_left ? join->left : join->right,
                         .layout = written.layout,
                         .style = written.style,
                         .spool = is_left ? &join->left_spool : &join->right_spool});
        query.also += fmt::format(", CAST(c{} AS UBIGINT) AS place{}, CAST(c{} AS UBIGINT) AS size{}", first_slot,
                                  join->number, first_slot + 1, join->number);
        first_slot += 2;
    }
    return texts;
}

// The places of each pair's texts, in the order of the joined rows.
std::string RelationalRun::State::places_of(const SpooledJoin& join) const {
    const auto& node = std::get<JoinNode>(plan.relations[join.join].node);
    const JoinKey& key = node.shape.keys.front();
    const auto side = [&](const BoundRelation& relation, const std::string& name) {
        return fmt::format("(SELECT o0, place{0}, size{0}, sl_key({1}) AS j FROM {2})", join.number,
                           token_of_column(relation.find(name)), relation.table);
    };
    const auto number = [&](std::string_view column) {
        return fmt::format("CAST({}{} AS VARCHAR)", column, join.number);
    };
    return fmt::format("SELECT {}, {}, {}, {} FROM {} l JOIN {} r ON l.j = r.j ORDER BY l.o0, r.o0", number("l.place"),
                       number("l.size"), number("r.place"), number("r.size"), side(relations[node.left], key.left),
                       side(relations[node.right], key.right));
}

Result<std::optional<RelationalRun::Pairs>> RelationalRun::write_pairs(std::size_t index, ByteSink& sink,
                                                                       ScanProgress* written) {
    TRY(state_->prepare());
    const std::unique_ptr<SpooledJoin> join = std::move(state_->spooled[index]);
    if (!join) return std::optional<Pairs>();
    TRY_ASSIGN(const auto places, state_->engine->stream(state_->places_of(*join), std::vector<OutputColumn>(4)));
    const SpooledPairs pairs{.left = join->left_spool,
                             .right = join->right_spool,
                             .layout = state_->joins[index].layout,
                             .right_has_fields = !join->right.empty()};
    TRY_ASSIGN(const std::uint64_t rows, write_spooled_pairs(pairs, *places, sink, written));
    TRY(state_->release_inputs(join->join));
    return std::optional(Pairs{rows, join->columns});
}

}  // namespace sluice
