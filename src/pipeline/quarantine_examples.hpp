// The first rows that a run rejected, for people.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "monitoring/page/report_page.hpp"

namespace sluice {

// At most `most` rows of each source that has bad ones, in input order, each cut to 2,000 bytes. What is no longer
// there, or cannot be read, is left out.
[[nodiscard]] std::vector<RejectedRow> first_rejected_rows(const std::filesystem::path& state, const RunReport& run,
                                                           std::size_t most);

}  // namespace sluice
