// What `sluice preview --stats --suggest` says: expectations that the profiled rows meet. Pure functions.
#pragma once

#include <string>

#include "cli/preview_stats.hpp"

namespace sluice {

// `expect:` as YAML, to be put into the source or step. Nothing that an estimate would have to tell.
[[nodiscard]] std::string suggested_expectations(const RowsProfile& profile);

}  // namespace sluice
