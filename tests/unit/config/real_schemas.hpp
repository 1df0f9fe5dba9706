// The schemas that the program has, for tests of the loader: the real steps, and sources and destinations with the
// fields of the real ones.
#pragma once

#include "config/config.hpp"

namespace sluice::test {

[[nodiscard]] ConfigSchemas real_schemas();

}  // namespace sluice::test
