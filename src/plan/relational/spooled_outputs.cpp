// Rows that are written as texts. While the sources are loaded their rows are formatted and go to disk; the tables hold
// where each lies. DuckDB joins, filters and sorts keys and places, however long the rows are.
#include <fmt/format.h>

#include <algorithm>

#include "plan/physical.hpp"
#include "plan/relational/run_state.hpp"
#include "plan/relational/spooled_pairs.hpp"

namespace sluice {

// What is written is one of two kinds; or else it is for stream().
void RelationalRun::State::choose_spooled(std::vector<RelationId>& by_key, std::vector<RelationId>& rows_only) {
    spooled.resize(written.size());
    for (std::size_t number = 0; number < written.size(); ++number) {
        const RelationId id = written[number].relation;
        const auto scan = carried_scan(plan, id);
        const bool has_columns =
            scan && !summaries[std::get<ScanNode>(plan.relations[*scan].node).source].columns.empty();
        if (!has_columns && !is_plain_join(plan, id, summaries)) {
            wanted.push_back(id);
            continue;
        }
        (scan ? rows_only : by_key).push_back(id);
        spooled[number] = std::make_unique<SpooledOutput>();
        spooled[number]->number = number;
        spooled[number]->relation = id;
    }
}

// Before the sources are loaded: what their rows are formatted as.
Result<> RelationalRun::State::open_spools() {
    for (const auto& output : spooled) {
        if (!output) continue;
        if (const auto scan = carried_scan(plan, output->relation))
            spool_source(*output, *scan);
        else
            TRY(spool_join(*output));
        TRY_ASSIGN(PieceSpool left, PieceSpool::create(settings.temp_dir));
        output->left.spool = std::make_unique<PieceSpool>(std::move(left));
        if (!output->right) continue;
        TRY_ASSIGN(PieceSpool right, PieceSpool::create(settings.temp_dir));
        output->right->spool = std::make_unique<PieceSpool>(std::move(right));
    }
    return {};
}

void RelationalRun::State::spool_source(SpooledOutput& output, RelationId scan) {
    output.left.scan = scan;
    for (const BoundColumn& column : relations[scan].columns) {
        output.columns.push_back(column.output());
        output.left.fields.push_back({column.name, output.columns.back()});
    }
}

Result<> RelationalRun::State::spool_join(SpooledOutput& output) {
    const auto& node = std::get<JoinNode>(plan.relations[output.relation].node);
    const NeededColumns all;
    const StepContext context{*engine, refusals, notations, plan.relations[output.relation], all, warnings};
    const BoundRelation& left = relations[node.left];
    const BoundRelation& right = relations[node.right];
    TRY_ASSIGN(const StepQuery query, join_query(context, node, left, right));
    output.left.scan = node.left;
    output.right.emplace().scan = node.right;
    for (std::size_t column = 0; column < query.columns.size(); ++column) {
        const std::string& value = query.values[column];  // "l.c3"
        const bool is_left = value.front() == 'l';
        const std::size_t position = std::stoul(value.substr(3));
        output.columns.push_back(query.columns[column].output());
        (is_left ? output.left : *output.right)
            .fields.push_back({(is_left ? left : right).columns[position].name, output.columns.back()});
    }
    return {};
}

// The texts that a source's rows give, whose slots begin at `first_slot`; `query` gets the columns of their places.
std::vector<RowText> RelationalRun::State::texts_of(RelationId source, std::size_t first_slot, StepQuery& query) const {
    std::vector<RowText> texts;
    for (const auto& output : spooled) {
        if (!output) continue;
        const bool is_left = output->left.scan == source;
        if (!is_left && (!output->right || output->right->scan != source)) continue;
        const SpooledSide& side = is_left ? output->left : *output->right;
        const SpooledRows& rows = written[output->number];
        texts.push_back({.fields = side.fields, .layout = rows.layout, .style = rows.style, .spool = side.spool.get()});
        query.also += fmt::format(", CAST(c{} AS UBIGINT) AS place{}, CAST(c{} AS UBIGINT) AS size{}", first_slot,
                                  output->number, first_slot + 1, output->number);
        first_slot += 2;
    }
    return texts;
}

// The places of each pair's texts, in the order of the joined rows. With many of them the join comes before the sort.
Result<std::string> RelationalRun::State::joined_places(const SpooledOutput& output) const {
    const auto& node = std::get<JoinNode>(plan.relations[output.relation].node);
    const JoinKey& key = node.shape.keys.front();
    const auto side = [&](RelationId scan, const std::string& name) {
        return fmt::format("(SELECT o0 AS o, place{0} AS place, size{0} AS size, sl_key({1}) AS j FROM {2})",
                           output.number, token_of_column(relations[scan].find(name)), relations[scan].table);
    };
    const std::string pairs = fmt::format(
        "SELECT l.o AS a, r.o AS b, l.place AS p, l.size AS s, r.place AS q, r.size AS t FROM {} l JOIN {} r ON l.j = "
        "r.j",
        side(node.left, key.left), side(node.right, key.right));
    std::string from = fmt::format("({})", pairs);
    if (has_many_rows({node.left, node.right})) {
        from = fmt::format("sl.p{}", output.number);
        TRY(engine->run(fmt::format("CREATE TABLE {} AS {}", from, pairs)));
    }
    return fmt::format(
        "SELECT CAST(p AS VARCHAR), CAST(s AS VARCHAR), CAST(q AS VARCHAR), CAST(t AS VARCHAR) FROM {} ORDER BY a, b",
        from);
}

// The places of the rows of one source, in the order of the relation that has them.
std::string RelationalRun::State::carried_places(const SpooledOutput& output) const {
    const BoundRelation& rows = relations[output.relation];
    const std::string select =
        fmt::format("SELECT CAST(s.place{0} AS VARCHAR), CAST(s.size{0} AS VARCHAR), '0', '0' FROM ", output.number);
    const std::string& source = relations[output.left.scan].table;
    if (output.relation == output.left.scan) return fmt::format("{}{} s ORDER BY o0", select, source);
    const auto ordinal =
        std::ranges::find_if(rows.order, [](const OrderColumn& order) { return order.source.has_value(); });
    return fmt::format("{}{} r JOIN {} s ON r.o{} = s.o0 ORDER BY {}", select, rows.table, source,
                       ordinal - rows.order.begin(), order_by(rows.order, "r."));
}

Result<std::optional<RelationalRun::Written>> RelationalRun::write_spooled(std::size_t index, ByteSink& sink,
                                                                           ScanProgress* progress) {
    TRY(state_->prepare());
    const std::unique_ptr<SpooledOutput> output = std::move(state_->spooled[index]);
    if (!output) return std::optional<Written>();
    std::string select;
    if (output->right) {
        TRY_ASSIGN(select, state_->joined_places(*output));
    } else {
        select = state_->carried_places(*output);
    }
    TRY_ASSIGN(auto places, state_->engine->stream(select, std::vector<OutputColumn>(4)));
    const SpooledPairs pairs{.left = *output->left.spool,
                             .right = output->right ? *output->right->spool : *output->left.spool,
                             .layout = state_->written[index].layout,
                             .right_has_fields = output->right && !output->right->fields.empty()};
    TRY_ASSIGN(const std::uint64_t rows, write_spooled_pairs(pairs, *places, sink, progress));
    places.reset();
    TRY(state_->engine->run(fmt::format("DROP TABLE IF EXISTS sl.p{}", index)));
    TRY(state_->release(output->left.scan));
    TRY(state_->release(output->right ? output->right->scan : output->relation));
    return std::optional(Written{rows, output->columns});
}

}  // namespace sluice
