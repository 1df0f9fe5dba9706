// `sluice preview`: the first rows of a source, step or output, or a profile of all of them.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_preview_command(CLI::App& app);

}  // namespace sluice
