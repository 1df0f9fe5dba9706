// What tells an input from another one: for a replay, which needs the input of the run that it mends.
#pragma once

#include <vector>

#include "io/input_file.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

// In the order of the files. Reads those that have no time: what came by standard input or from a program.
[[nodiscard]] Result<std::vector<InputFacts>> input_facts(const std::vector<InputFile>& files);

}  // namespace sluice::formats
