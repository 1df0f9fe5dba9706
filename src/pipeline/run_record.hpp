// What a run leaves about itself: its log, its place in the ledger, its metrics. Nothing here makes a run fail: what
// goes wrong is a warning of the report.
#pragma once

#include <optional>

#include "config/config.hpp"
#include "monitoring/listener_list.hpp"
#include "monitoring/report.hpp"
#include "monitoring/run_log.hpp"
#include "pipeline/run.hpp"
#include "pipeline/run_ledger.hpp"

namespace sluice {

// Order of calls: begin() as soon as the config is known, and again after each stage until the state folder is there;
// end() once, also when the config did not load. From the run's own thread.
class RunRecord {
public:
    // `options` outlive it, with their listener.
    explicit RunRecord(const RunOptions& options);
    RunRecord(const RunRecord&) = delete;
    RunRecord& operator=(const RunRecord&) = delete;

    // Hears what the run does; it passes it on to the listener of the options.
    [[nodiscard]] RunListener& listener() { return listeners_; }
    void begin(const Config& config, RunReport& report);
    // The report is complete but for warnings of what is done here.
    void end(const Config& config, RunReport& report);

private:
    void begin_log(const std::filesystem::path& state, const std::string& run);

    const RunOptions& options_;
    std::unique_ptr<RunLog> log_;
    std::optional<Result<>> log_begun_;
    ListenerList listeners_;
    RunLedger ledger_;
};

}  // namespace sluice
