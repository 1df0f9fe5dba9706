// `sluice diff`: how two outputs, or two folders of them, differ.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_diff_command(CLI::App& app);

}  // namespace sluice
