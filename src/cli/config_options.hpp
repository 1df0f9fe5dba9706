// The options shared by every command that loads a config. What is added here, all of them have.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>

#include "config/config.hpp"

namespace sluice {

// The file of variables that the environment lacks, in the working directory.
inline constexpr const char* kEnvFile = ".env";

// CONFIG, --chdir, --set, --env and --param. Parsing fills `request` and `base`, which must outlive `command`; the
// variables of the request are those of this process. Without --chdir `base` stays as it is.
void add_config_options(CLI::App& command, ConfigRequest& request, std::filesystem::path& base);

// --set alone: for a command that finds its config in another way.
void add_config_changes(CLI::App& command, ConfigRequest& request);

}  // namespace sluice
