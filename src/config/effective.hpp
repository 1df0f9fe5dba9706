// The config as it holds after overlay, --set, params and variables, with the place of each value and with defaults.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/document.hpp"
#include "config/tree.hpp"
#include "utils/secret.hpp"

namespace sluice {

// Adds to a config what it leaves to defaults (their file is called "default"), and takes out what has done its work:
// `env`, `params`, nulls. Secrets are as they are written, or ***. A literal ${ is written $${, so that the result
// loads as it is.
[[nodiscard]] Tree effective_tree(const Config& config, const ConfigSchemas& schemas);

// YAML, each value with a comment that says where it comes from: FILE:LINE or "default".
[[nodiscard]] std::string annotated_yaml(const Tree& root);

struct LocatedValue {
    std::string path;   // "destinations[local].path"
    std::string value;  // as YAML on one line
    std::string place;  // "config/config.yaml:3", "--set ...", "default"
    Secret whole;       // the value without a mask: for comparing
};
// Every scalar, and every list of scalars as one, in the order of the tree. Literal secrets are masked by their names.
[[nodiscard]] std::vector<LocatedValue> located_values(const Tree& root);

}  // namespace sluice
