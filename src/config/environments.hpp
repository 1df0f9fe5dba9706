// Chooses the environment of a config (dev, staging, prod) and finds its overlay.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/config_file.hpp"
#include "config/diagnostics.hpp"
#include "config/tree.hpp"
#include "config/variables.hpp"

namespace sluice {

struct ChosenEnvironment {
    std::string name;
    Location place;  // of what chose it: an option, a variable, `env` in the config
};

// Of --env, SLUICE_ENV and the `env` of the base (null when it could not be read), the first that says something.
// Nothing when none does, or after a fault: a name is made of letters, digits, - and _.
[[nodiscard]] std::optional<ChosenEnvironment> choose_environment(const std::optional<std::string>& option,
                                                                  const Environment& environment, const Tree* base,
                                                                  Diagnostics& diagnostics);

// `<stem>_<name>.yaml` (or .yml, .json) beside the config, read. Nothing after a fault: there must be exactly one.
[[nodiscard]] std::optional<ConfigFile> read_overlay(const std::filesystem::path& config,
                                                     const ChosenEnvironment& environment, Diagnostics& diagnostics);

}  // namespace sluice
