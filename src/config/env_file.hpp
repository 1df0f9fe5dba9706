// Reads a file of variables, `.env`. Strict and simple: nothing is expanded, nothing is run.
//
//   line   := blank | comment | ["export" blank] NAME "=" value [blank comment]
//   value  := plain | "'" text "'" | '"' text '"'     within double quotes: \n \t \\ \" \$
//   plain  := text without white space, quotes and backslash; may be empty
//   NAME   := [A-Za-z_][A-Za-z0-9_]*
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "config/diagnostics.hpp"

namespace sluice {

// Adds a fault for each line that is not of this form and for a name that stands twice; never shows a value. A file
// that is not there has no variables.
[[nodiscard]] std::map<std::string, std::string> read_env_file(const std::filesystem::path& path,
                                                               Diagnostics& diagnostics);

// Puts the file's variables into the environment of this process, where it lacks them, for AWS's settings and for the
// programs that sources run. Says nothing of faults: loading a config does. Before any thread is started.
void export_env_file(const std::filesystem::path& path);

}  // namespace sluice
