// Applies `--set path=value` to a tree whose variables are not replaced yet. A path is keys with dots between; an item
// of a list by its name:
//   path := segment ("." segment)*        segment := key ("[" name "]")?
// The value is text, or YAML when it starts with [, { or a quote; `null` removes what the file says.
#pragma once

#include <string>

#include "config/diagnostics.hpp"
#include "config/tree.hpp"
#include "config/variables.hpp"

namespace sluice {

// `variables` are for the names of items that hold some.
void apply_set_option(Tree& root, const std::string& option, const Variables& variables, Diagnostics& diagnostics);

}  // namespace sluice
