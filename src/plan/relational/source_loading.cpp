// The second pass over the sources: what steps need of them becomes tables of DuckDB.
#include <fmt/format.h>

#include <algorithm>

#include "plan/relational/run_state.hpp"
#include "plan/relational/source_survey.hpp"
#include "utils/heap.hpp"

namespace sluice {
namespace {

// DuckDB's planner takes a time that grows with the square of the columns.
Result<> refuse_too_wide(const Relation& source, std::size_t columns) {
    constexpr std::size_t kMostColumns = 10'000;
    if (columns <= kMostColumns) return {};
    return data_error("too_wide",
                      fmt::format("{}: source '{}': {} of its columns are carried into DuckDB, which takes at "
                                  "most {} well; name those that are wanted in a select",
                                  source.location.text(), source.name, columns, kMostColumns));
}

}  // namespace

// Whoever reads a long line holds it in memory, and DuckDB has what is left meanwhile.
Result<> RelationalRun::State::load_sources() {
    constexpr std::uint64_t kUsual = std::uint64_t{24} << 20U;  // in the reserve that DuckDB's share leaves
    const std::uint64_t taken = reading_bytes - std::min(reading_bytes, kUsual);
    const std::uint64_t least = settings.memory_bytes / 4;
    if (taken > 0)
        TRY(engine->limit_memory(std::max(least, settings.memory_bytes - std::min(settings.memory_bytes, taken))));
    for (RelationId id = 0; id < plan.relations.size(); ++id)
        if (const auto* scan = std::get_if<ScanNode>(&plan.relations[id].node); scan != nullptr && needed[id])
            TRY(load(id, *scan));
    release_unused_heap();
    if (taken > 0) TRY(engine->limit_memory(settings.memory_bytes));
    return engine->lock();
}

void RelationalRun::State::bind_source(RelationId id, const ScanNode& node) {
    BoundRelation& bound = relations[id];
    bound.columns = source_columns(*sources[node.source], node.source, summaries[node.source]);
    bound.order = {OrderColumn{.source = node.source}};
    bound.rows = summaries[node.source].rows;
}

Result<> RelationalRun::State::load(RelationId id, const ScanNode& node) {
    BoundRelation& bound = relations[id];
    const ScannableSource& source = *sources[node.source];
    const ScanSummary& summary = summaries[node.source];
    bound.table = fmt::format("sl.s{}", id);

    StepQuery query;
    ScanRequest request;
    for (const BoundColumn& column : bound.columns) {
        const bool needs = needed[id]->has(column.name);
        query.values.push_back(needs ? fmt::format("c{}", request.slots.size()) : std::string{});
        if (needs) request.slots.push_back(column.name);
    }
    TRY(refuse_too_wide(plan.relations[id], request.slots.size()));
    query.order_values = {"o"};
    request.progress = progress[node.source];
    request.stop = settings.stop;
    query.tail = "FROM sluice_scan";
    std::vector<RowText> texts = texts_of(id, request.slots.size(), query);
    request.slots.resize(request.slots.size() + 2 * texts.size());
    const std::unique_ptr<ScannableSource> spooling =
        texts.empty() ? nullptr : spooling_source(source, std::move(texts));
    TRY_ASSIGN(const ScanSummary loaded,
               engine->load(bound.table, query.select(), spooling ? *spooling : source, std::move(request)));
    if (loaded.rows != summary.rows || loaded.bad_rows != summary.bad_rows)
        return external_error("source_changed",
                              fmt::format("source '{}' changed while it was read: {} rows the first time, "
                                          "{} the second; run again when nothing writes to it",
                                          source.name(), summary.rows, loaded.rows));
    return {};
}

}  // namespace sluice
