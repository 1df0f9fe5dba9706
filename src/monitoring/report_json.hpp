// Writes a RunReport as JSON: the document of `sluice run --format json`.
// The fields are described in docs/reference/run-report.md; change both together. Pure functions; never fail.
#pragma once

#include <string>

#include "monitoring/report.hpp"

namespace sluice {

// Indented, with a newline at the end.
[[nodiscard]] std::string report_document(const RunReport& report);
// Where every row went, for each source and step, on one line: the `books` of a manifest.
[[nodiscard]] std::string books_document(const RunReport& report);

}  // namespace sluice
