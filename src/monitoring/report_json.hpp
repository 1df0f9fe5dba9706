// Writes a RunReport as JSON: the document of `sluice run --format json` and the lines of `.sluice/runs.jsonl`.
// The fields are described in docs/reference/run-report.md; change both together. Pure functions; never fail.
#pragma once

#include <string>

#include "monitoring/report.hpp"

namespace sluice {

// Indented, with a newline at the end.
[[nodiscard]] std::string report_document(const RunReport& report);
// The same on one line with a newline at the end, but without what was in the data: no bad rows' text, and of an error
// only the first line. The log stays for years and others may read it.
[[nodiscard]] std::string report_log_line(const RunReport& report);

}  // namespace sluice
