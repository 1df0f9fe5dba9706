// `sluice config`: the config as it holds, each value with its place; what two environments do differently; the schema.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_config_command(CLI::App& app);

}  // namespace sluice
