// What `sluice run` says at its end, for people. Pure functions of the report.
#pragma once

#include <string>

#include "monitoring/report.hpp"

namespace sluice {

// For stdout: tables of sources, steps with their balance, outputs and destinations.
[[nodiscard]] std::string run_summary(const RunReport& report);
// Only the tables; "" where there are none.
[[nodiscard]] std::string report_tables(const RunReport& report);
// For stderr: a line for each warning.
[[nodiscard]] std::string run_warnings(const RunReport& report);
// For stderr: the bad rows, and at the end the lines that say what failed, what is published and what to type next.
// Empty for a run that succeeded.
[[nodiscard]] std::string run_failure(const RunReport& report);

}  // namespace sluice
