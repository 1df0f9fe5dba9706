// `sluice validate`: checks a config without touching data, by the loader that `run` uses.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_validate_command(CLI::App& app);

}  // namespace sluice
