// The fields of `expect:` and `expectations:`.
#pragma once

#include "config/schema.hpp"

namespace sluice {

// Of each source and step.
[[nodiscard]] Field expect_field();
// What one item of it may say.
[[nodiscard]] const std::vector<Field>& expectation_fields();

}  // namespace sluice
