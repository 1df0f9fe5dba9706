// Turns the paths of a config into the files they name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

struct InputPath {
    std::filesystem::path path;  // to open
    std::string name;            // to show: as the config has it, or what its pattern matched
};

// The files that `patterns` name, in byte order of their names, each once. A pattern with *, ? or [ is a glob unless a
// file has exactly that name. Relative patterns are below `base`. A file that is missing is in the result, since
// opening it gives the better message; a pattern that matches nothing fails (kind external, code "no_match").
[[nodiscard]] Result<std::vector<InputPath>> find_inputs(const std::filesystem::path& base,
                                                         const std::vector<std::string>& patterns);

}  // namespace sluice
