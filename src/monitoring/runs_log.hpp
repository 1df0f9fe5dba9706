// Keeps a line of JSON for every run in `.sluice/runs.jsonl` (see report_json.hpp), so that "what ran last night, and
// how long did it take" has an answer. Called once, at the end of a run, also of one that failed.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "utils/result.hpp"

namespace sluice {

// Appends the run to `folder`/.sluice/runs.jsonl, making `.sluice` if it is absent; `folder` itself must exist.
// The line goes out in one O_APPEND write, so runs that end together do not mix their lines. A line that a full disk
// cut short is ended by the next one. Fails (external) without consequences for the run: the caller makes it a warning.
[[nodiscard]] Result<> append_to_runs_log(const std::filesystem::path& folder, const RunReport& report);

// What a line of the log says of a run, as far as later runs ask.
struct LoggedRun {
    std::string run;
    std::string config_hash;
    std::map<std::string, std::string> params;
    std::string status;
    bool dry_run = false;
    std::vector<std::string> published;  // addresses of the destinations that readers see it at
    std::vector<std::string> files;      // of its outputs
};

// In the order of the log; lines that are none of ours are left out. Empty when there is no log or it cannot be read.
[[nodiscard]] std::vector<LoggedRun> read_runs_log(const std::filesystem::path& folder);

}  // namespace sluice
