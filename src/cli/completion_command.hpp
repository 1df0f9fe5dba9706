// `sluice completion`: prints a script that completes commands, options and names in bash or zsh. The script asks the
// binary itself, by the hidden command `__complete`, so what it offers is what this binary takes.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace sluice {

[[nodiscard]] Command add_completion_command(CLI::App& app);

// Answers `sluice __complete SHELL INDEX WORD...`: what the word with that index (the first word is the command, 0) may
// become, a line each; nothing where files are meant or nothing is known. Never says that anything is wrong: it is
// called at every press of Tab.
[[nodiscard]] std::string completions(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace sluice
