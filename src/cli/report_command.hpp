// `sluice report`: one run as an HTML file.
#pragma once

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_report_command(CLI::App& app);

}  // namespace sluice
