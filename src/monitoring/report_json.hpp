// Writes a RunReport as JSON: the document of `sluice run --format json`.
// The fields are described in docs/reference/run-report.md; change both together. Pure functions; never fail.
#pragma once

#include <string>

#include "monitoring/report.hpp"

namespace sluice {

// Indented, with a newline at the end.
[[nodiscard]] std::string report_document(const RunReport& report);

}  // namespace sluice
