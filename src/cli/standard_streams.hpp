// Writes to stdout and stderr without ever crashing: results to stdout, messages to stderr.
#pragma once

#include <string_view>

#include "utils/result.hpp"

namespace sluice {

// Opens /dev/null on each of 0, 1, 2 that the caller closed, so that no file of ours takes its number and is then
// written to as if it were stdout; ignores SIGPIPE, so that a reader that leaves ends in EPIPE. To be called first.
void secure_standard_streams();

// A reader that left (EPIPE) is no failure: it has what it wanted. A full disk is.
[[nodiscard]] Result<> write_to_stdout(std::string_view text);
// There is nobody to tell when this fails.
void write_to_stderr(std::string_view text);

}  // namespace sluice
