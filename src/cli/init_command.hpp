// `sluice init`: looks at the data files in a folder and writes a config that runs.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_init_command(CLI::App& app);

}  // namespace sluice
