// The scalar functions of single steps: cast, unnest, mask. For this folder only; scalar_functions.hpp lists them.
#pragma once

#include <vector>

#include "engine/duckdb/function_rows.hpp"

namespace sluice {

[[nodiscard]] std::vector<ScalarFunction> step_functions();

}  // namespace sluice
