// The three lines that end a failed run: what failed and why; what is published; what to type next.
#pragma once

#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "utils/error.hpp"

namespace sluice {

struct FailureContext {
    std::string command;    // the command as it was typed
    std::string published;  // what readers see now, a sentence
};

[[nodiscard]] std::vector<std::string> failure_lines(const Error& error, const FailureContext& context);

// The error of a run whose sources have bad rows: how many of how many, and the first five of each with file:line,
// byte, reason and the text at fault.
[[nodiscard]] Error bad_rows_error(const std::vector<SourceReport>& sources, const std::vector<BadRow>& first);

}  // namespace sluice
