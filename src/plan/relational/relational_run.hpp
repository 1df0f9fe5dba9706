// Runs the steps behind some relations of a plan in DuckDB: the general path, for all that the native engine does not
// know, and for joins that do not fit its memory. The bytes are the same as the native engine's.
//
// Order of calls: open(), survey() once, then stream() for each wanted relation and write_spooled() for all rows that
// are written from texts on disk; counts() and warnings() after the streams were read to their ends. From one thread;
// DuckDB and the survey use several.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/step_counts.hpp"
#include "formats/byte_sink.hpp"
#include "formats/row_layout.hpp"
#include "formats/value_rendering.hpp"
#include "plan/logical.hpp"
#include "plan/relational/refusals.hpp"
#include "rows/row_stream.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct RelationalSettings {
    int threads = 1;
    std::uint64_t memory_bytes = 0;           // 0: DuckDB's default
    std::filesystem::path temp_dir = {};      // where DuckDB may spill
    const StopFlag* stop = nullptr;           // may be null
    NearestName nearest_name = {};            // for "did you mean"; may be empty
    bool all_columns = false;                 // carry also the columns that nothing needs
    std::uint64_t rows_at_once = UINT64_MAX;  // more of them are taken through several operators one after the other
    bool eager_aggregation = true;            // compute groupings over a join without the joined rows
};

// How a source is surveyed.
struct Survey {
    ScanProgress* progress = nullptr;    // may be null
    BadRowSink* bad_rows = nullptr;      // may be null
    bool settled = false;                // its blocks are looked at: it must not read rows otherwise than a load
    const ScanSummary* known = nullptr;  // what another engine's survey of all columns found: then it is not read
};

// Rows that are written in a text format whose rows are JSON objects: they are formatted while the sources are read and
// lie on disk, so DuckDB joins and sorts no more than keys and places. Of an inner join with one key of two sources, or
// of a relation that has a carried_scan().
struct SpooledRows {
    RelationId relation = 0;
    RowLayout layout;
    ValueStyle style;
};

class RelationalRun {
public:
    // `sources` and `progress` (of the loads) by LogicalPlan::sources, null where no wanted relation needs it. They and
    // `plan` outlive the run. A relation that is wanted more than once is named more than once.
    [[nodiscard]] static Result<std::unique_ptr<RelationalRun>> open(
        const LogicalPlan& plan, std::vector<const ScannableSource*> sources, std::vector<ScanProgress*> progress,
        RelationalSettings settings, std::vector<RelationId> wanted, std::vector<SpooledRows> written = {});
    ~RelationalRun();
    RelationalRun(const RelationalRun&) = delete;
    RelationalRun& operator=(const RelationalRun&) = delete;

    // Reads every source once for its columns, kinds and bad rows. Bad rows are not a failure here. `surveys` by
    // LogicalPlan::sources; those that are left out have neither progress nor a known summary.
    [[nodiscard]] Result<> survey(std::vector<Survey> surveys = {});
    [[nodiscard]] const ScanSummary& summary(std::size_t source) const;

    // The rows of a wanted relation. The first call reads the sources a second time and runs all steps but the wanted
    // ones that nothing else reads: those run as their stream is read. Fails (kind data) for what design.md refuses,
    // with place; a value at fault may also end the stream.
    [[nodiscard]] Result<std::unique_ptr<RowStream>> stream(RelationId relation);

    // Once stream() was called: whether no two values of the relation's first column have the same text. False where
    // only a look at them would tell.
    [[nodiscard]] bool has_distinct_names(RelationId relation) const;

    // Writes all rows of what stands at `index` in `written` of open(), as stream() and a writer would. Nothing where
    // that is for stream() after all: a join whose keys cannot be keys, which it refuses; rows without a column.
    // `progress` grows with what is given to the sink and may be null.
    struct Written {
        std::uint64_t rows = 0;
        std::vector<OutputColumn> columns;
    };
    [[nodiscard]] Result<std::optional<Written>> write_spooled(std::size_t index, ByteSink& sink,
                                                               ScanProgress* progress);

    [[nodiscard]] std::vector<StepCounts> counts() const;
    // Whole sentences with their place.
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    struct State;
    explicit RelationalRun(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sluice
