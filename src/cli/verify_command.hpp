// `sluice verify`: whether what was published is still what it was.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_verify_command(CLI::App& app);

}  // namespace sluice
