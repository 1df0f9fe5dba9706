// Reads the items of outputs: what defaults to what, and where a file may lie.
#pragma once

#include <vector>

#include "config/config.hpp"
#include "config/loading.hpp"

namespace sluice {

// Of an output. `formats`: name, extension.
[[nodiscard]] std::vector<Field> output_fields(const std::vector<std::pair<std::string, std::string>>& formats);

// `relations` and `destination_names` are what outputs may refer to; `destinations` those that could be read. Outputs
// with a fault of their own are left out.
[[nodiscard]] std::vector<OutputSpec> read_outputs(const Loading& loading, const Names& relations,
                                                   const Names& destination_names,
                                                   const std::vector<DestinationItem>& destinations);

}  // namespace sluice
