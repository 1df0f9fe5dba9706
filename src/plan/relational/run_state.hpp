// What a relational run holds and does, for the files of this folder that are its parts: relational_run.cpp (steps, one
// after the other), source_loading.cpp (what they read), eager_run.cpp (groupings around a join), spooled_outputs.cpp
// (joins that are written).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "formats/fragment.hpp"
#include "io/piece_spool.hpp"
#include "plan/relational/eager_grouping.hpp"
#include "plan/relational/relational_run.hpp"
#include "plan/relational/spooled_rows.hpp"
#include "plan/relational/sql_step.hpp"
#include "plan/relational/step_books.hpp"
#include "plan/relational/step_query.hpp"

namespace sluice {

// One side of rows that are written: a source whose rows go to disk while it is loaded.
struct SpooledSide {
    RelationId scan = 0;
    std::vector<FragmentField> fields;
    std::unique_ptr<PieceSpool> spool;
};

// A join, or the rows of one source.
struct SpooledOutput {
    std::size_t number = 0;  // the columns place<number> and size<number> of its sources say where a row's text is
    RelationId relation = 0;
    SpooledSide left;
    std::optional<SpooledSide> right;
    std::vector<OutputColumn> columns;
};

struct RelationalRun::State {
    State(const LogicalPlan& logical, std::vector<const ScannableSource*> opened, std::vector<ScanProgress*> counters,
          RelationalSettings given, std::vector<RelationId> outputs, std::vector<SpooledRows> texts)
        : plan(logical),
          sources(std::move(opened)),
          progress(std::move(counters)),
          settings(std::move(given)),
          wanted(std::move(outputs)),
          written(std::move(texts)),
          refusals(sources, settings.nearest_name),
          summaries(sources.size()),
          relations(plan.relations.size()),
          readers(plan.relations.size()) {}

    const LogicalPlan& plan;
    std::vector<const ScannableSource*> sources;
    std::vector<ScanProgress*> progress;
    RelationalSettings settings;
    std::vector<RelationId> wanted;
    std::vector<SpooledRows> written;
    Refusals refusals;
    NotationIds notations;
    std::map<RelationId, std::size_t> mask_keys;  // of mask steps: index into DuckdbSettings::mask_keys
    std::unique_ptr<DuckdbEngine> engine;

    std::vector<ScanSummary> summaries;
    std::uint64_t reading_bytes = 0;               // what memory it took to read the sources
    std::vector<std::optional<RelationId>> eager;  // by relation: the join that it is computed around
    std::vector<std::optional<NeededColumns>> needed;
    std::vector<BoundRelation> relations;
    std::vector<std::size_t> readers;                     // steps and streams that still read from a relation
    std::map<RelationId, StepQuery> to_stream;            // wanted relations that have no table
    std::vector<std::unique_ptr<SpooledOutput>> spooled;  // by `written`; null where it goes the common way
    std::map<RelationId, RowsPerKey> rows_per_key;        // by join
    std::map<RelationId, std::uint64_t> joined_rows;      // by join in rows_per_key
    std::map<RelationId, StepBooks> books;
    std::vector<std::string> warnings;
    bool prepared = false;

    struct Queries;

    [[nodiscard]] Result<> open_engine();
    [[nodiscard]] Result<> prepare();
    [[nodiscard]] std::vector<RelationId> reads_of(RelationId id) const;
    [[nodiscard]] Result<> run_relation(RelationId id);
    [[nodiscard]] Result<> run_eagerly(RelationId id, RelationId join);
    [[nodiscard]] Result<> group_in_parts(RelationId id, EagerQuery& parts);
    [[nodiscard]] Result<> count_rows_per_key(RelationId join);
    [[nodiscard]] Result<> load_sources();
    void bind_source(RelationId id, const ScanNode& node);
    [[nodiscard]] Result<> load(RelationId id, const ScanNode& node);
    void choose_spooled(std::vector<RelationId>& by_key, std::vector<RelationId>& rows_only);
    [[nodiscard]] Result<> open_spools();
    [[nodiscard]] Result<> spool_join(SpooledOutput& output);
    void spool_source(SpooledOutput& output, RelationId scan);
    [[nodiscard]] std::vector<RowText> texts_of(RelationId source, std::size_t first_slot, StepQuery& query) const;
    [[nodiscard]] Result<std::string> joined_places(const SpooledOutput& output) const;
    [[nodiscard]] std::string carried_places(const SpooledOutput& output) const;
    [[nodiscard]] Result<StepQuery> query_of(RelationId id);
    [[nodiscard]] Result<std::uint64_t> passes_of(RelationId id, const StepQuery& query) const;
    [[nodiscard]] Result<> make_table(RelationId id, const StepQuery& query, std::uint64_t passes);
    [[nodiscard]] Result<> fill_table(RelationId id, const StepQuery& query, std::uint64_t passes = 1);
    [[nodiscard]] Result<> type_sums(BoundRelation& relation);
    [[nodiscard]] Result<> release(RelationId id);
    [[nodiscard]] Result<> release_inputs(RelationId id);
    [[nodiscard]] std::vector<SqlInput> sql_inputs(const SqlNode& node) const;
    [[nodiscard]] bool is_streamed(RelationId id) const;
    [[nodiscard]] std::uint64_t rows_of(const std::vector<RelationId>& inputs) const;
    [[nodiscard]] bool has_many_rows(const std::vector<RelationId>& inputs) const;
    [[nodiscard]] Error placed(Error error, RelationId id, const StepQuery& query) const;
};

}  // namespace sluice
