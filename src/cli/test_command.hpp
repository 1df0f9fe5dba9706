// `sluice test`: runs the fixture tests of a pipeline and says what differs.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_test_command(CLI::App& app);

}  // namespace sluice
