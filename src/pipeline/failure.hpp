// The three lines that end a failed run: what failed and why; what is published; what to type next.
#pragma once

#include <string>
#include <vector>

#include "utils/error.hpp"

namespace sluice {

struct FailureContext {
    std::string command;      // the command as it was typed
    std::string published;    // what readers see now, a sentence
    std::string accept = {};  // options of a command that goes on without the bad rows, where these are the failure
};

[[nodiscard]] std::vector<std::string> failure_lines(const Error& error, const FailureContext& context);

}  // namespace sluice
