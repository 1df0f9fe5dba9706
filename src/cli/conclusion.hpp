// How a command ends: its result to stdout or its error to stderr, and the exit code.
#pragma once

#include <string>
#include <string_view>

#include "utils/result.hpp"

namespace sluice {

// `command` without "sluice". The exit code is 0 once all of the result is written.
[[nodiscard]] int conclude_command(std::string_view command, const Result<std::string>& result);

}  // namespace sluice
