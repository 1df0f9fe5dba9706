// The rows of one source, step or output, as a run would compute them, without publishing anything: what `preview`
// shows and profiles.
//
// Order of calls: open(), then first() or all(), once. From one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "formats/value_rendering.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/computation.hpp"
#include "pipeline/run.hpp"
#include "pipeline/scratch_folder.hpp"
#include "pipeline/secret_mask.hpp"

namespace sluice {

// A value as an output would hold it.
struct PreviewCell {
    Kind kind = Kind::null;
    std::string json;  // "null" for a missing value
};

struct FirstRows {
    std::vector<std::string> columns;
    std::vector<std::vector<PreviewCell>> rows;  // a cell for each column
    bool more = false;                           // there are rows after them
};

class RelationRows {
public:
    // `name`: of a source or step, or an output's `file`. `progress` and `stop` outlive it. Fails as a run does.
    [[nodiscard]] static Result<std::unique_ptr<RelationRows>> open(const RunOptions& options, const std::string& name,
                                                                    Progress& progress, StopFlag& stop);

    // The first `count` rows. Of a source only as much is read as they take: columns that only later rows have are not
    // in it, and bad lines are left out with a warning. For a step its sources are read to their ends; a bad line is a
    // failure (kind data), as in a run.
    [[nodiscard]] Result<FirstRows> first(std::uint64_t count);
    // All rows in order, of a source after a first pass that finds its columns. Bad lines are a failure.
    [[nodiscard]] Result<std::unique_ptr<RowStream>> all();

    // Of an output; the default for a source or step.
    [[nodiscard]] ValueStyle style() const { return assembly_.plan.outputs[0].style; }
    // For what the calls above say when they fail: takes the config's secrets out.
    void mask(std::string& text) const { mask_secrets(secrets_, text); }
    // Whole sentences.
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    RelationRows(const RunOptions& options, Progress& progress, StopFlag& stop)
        : options_(options), progress_(&progress), stop_(&stop) {}

    [[nodiscard]] Result<> prepare(const std::string& name);
    [[nodiscard]] Result<> judge(const std::vector<ScanSummary>& summaries);
    [[nodiscard]] Result<> open_sources();
    [[nodiscard]] Result<FirstRows> first_of_source(std::uint64_t count);
    [[nodiscard]] Result<std::unique_ptr<RowStream>> all_of_source();
    [[nodiscard]] Result<std::unique_ptr<RowStream>> compute();

    RunOptions options_;
    Progress* progress_;
    StopFlag* stop_;
    std::vector<Secret> secrets_;
    std::unique_ptr<ScratchFolder> scratch_;
    Assembly assembly_;
    bool is_source_ = false;
    std::vector<std::unique_ptr<ScannableSource>> sources_;
    PhysicalPlan physical_;
    std::unique_ptr<Computation> computation_;
    std::vector<std::string> warnings_;
};

}  // namespace sluice
