// Reads `expect:` of a source or step.
#pragma once

#include <vector>

#include "config/config.hpp"
#include "quality/expectations/expectation.hpp"

namespace sluice {

enum class ExpectationOwner { source, step };

// In the order of the config; a not_null over a list of columns is one for each. What is at fault is left out and told.
// Whether the sources and steps that they name exist is for whoever knows all of them.
[[nodiscard]] std::vector<Expectation> read_expectations(const ConfigItem& item, ExpectationOwner owner,
                                                         Diagnostics& diagnostics);

}  // namespace sluice
