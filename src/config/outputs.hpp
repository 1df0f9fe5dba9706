// Reads the items of outputs: what defaults to what, and where a file may lie.
#pragma once

#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/loading.hpp"

namespace sluice {

// `relations`: the names of all sources and steps. Outputs with a fault of their own are left out.
[[nodiscard]] std::vector<OutputSpec> read_outputs(const Loading& loading,
                                                   const std::vector<std::string_view>& relations,
                                                   const std::vector<DestinationItem>& destinations);

}  // namespace sluice
