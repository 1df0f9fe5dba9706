// The field tables as JSON Schema 2020-12, for editors, and for the reference page, whose tables are made from it.
#pragma once

#include <string>

#include "config/config.hpp"

namespace sluice {

// One schema for a whole config, and for an overlay: that is a config with neither `version` nor `pipeline`, in which
// nothing is required. A reference to a variable is allowed wherever a scalar is.
[[nodiscard]] std::string json_schema(const ConfigSchemas& schemas);

}  // namespace sluice
