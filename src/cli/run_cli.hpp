// The command line: finds the command, reads its options, runs it.
#pragma once

namespace sluice {

// Results go to stdout, messages to stderr. Gives the exit code: 0 done, 1 internal, 2 the command or the config, 3 the
// data, 4 something around it, 5 another run holds the destination, 130 or 143 stopped by a signal. Never throws.
[[nodiscard]] int run_cli(int argc, char** argv);

}  // namespace sluice
