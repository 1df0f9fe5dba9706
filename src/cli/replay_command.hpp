// `sluice replay RUN`: runs a pipeline again with the rows that a run rejected, as a person mended them.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_replay_command(CLI::App& app);

}  // namespace sluice
