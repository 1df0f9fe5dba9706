// Keeps a line of JSON for every run in `.sluice/runs.jsonl` (see report_json.hpp), so that "what ran last night, and
// how long did it take" has an answer. Called once, at the end of a run, also of one that failed.
#pragma once

#include <filesystem>

#include "monitoring/report.hpp"
#include "utils/result.hpp"

namespace sluice {

// Appends the run to `folder`/.sluice/runs.jsonl, making `.sluice` if it is absent; `folder` itself must exist.
// The line goes out in one O_APPEND write, so runs that end together do not mix their lines. A line that a full disk
// cut short is ended by the next one. Fails (external) without consequences for the run: the caller makes it a warning.
[[nodiscard]] Result<> append_to_runs_log(const std::filesystem::path& folder, const RunReport& report);

}  // namespace sluice
