// Turns the paths of a config into the files they name.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

struct InputPath {
    std::filesystem::path path;  // to open
    std::string name;            // to show: as the config has it, or what its pattern matched
    bool is_local = true;        // else `name` is its address and `path` is empty
    // Of what is not local: what tells one state of it from another; empty when it is not there.
    std::string state = {};
};

struct InputSearch {
    // What to take of a folder: the files, never hidden ones, whose names it accepts. Without it folders are left as
    // they are, for open() to refuse.
    std::function<bool(std::string_view name)> in_folder = {};
    bool may_be_missing = false;  // what is not there is left out
};

// In byte order of their names, each once.
void put_in_order(std::vector<InputPath>& inputs);

// The local files that `patterns` name, in byte order of their names, each once. A pattern with *, ? or [ is a glob
// unless a file has exactly that name. A folder stands for files directly in it. Relative patterns are below `base`. A
// file that is missing is in the result, since opening it gives the better message; a pattern that matches nothing, and
// a folder that has none of these files, fail (kind external, code "no_match").
[[nodiscard]] Result<std::vector<InputPath>> find_inputs(const std::filesystem::path& base,
                                                         const std::vector<std::string>& patterns,
                                                         const InputSearch& search = {});

}  // namespace sluice
