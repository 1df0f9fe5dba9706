// What the run's report says of a source that was read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "pipeline/read_source.hpp"
#include "utils/result.hpp"

namespace sluice {

// `mended_rows` and `seconds` are as in the report. A sentence for each column with values that became null is added to
// `warnings`. Fails when the bad rows or the input cannot be read again.
[[nodiscard]] Result<SourceReport> report_source(const ReadSource& read, std::uint64_t mended_rows, double seconds,
                                                 std::vector<std::string>& warnings);

}  // namespace sluice
