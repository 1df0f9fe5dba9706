// `sluice runs`, `sluice runs show`, `sluice runs prune`: reads the ledger, and removes old runs from it.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_runs_command(CLI::App& app);

}  // namespace sluice
