// `sluice plan`: says what a run would do, and what it may touch, without doing it.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_plan_command(CLI::App& app);

}  // namespace sluice
