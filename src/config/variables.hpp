// Replaces ${...} in the scalars of a tree: after parsing, so that a value can add no structure.
//
//   text      := (literal | "$${" | variable)*          "$${" is a literal "${"
//   variable  := "${" name "}"                          unset: a fault
//              | "${" name ":-" text "}"                unset or empty: the default
//              | "${" name ":?" text "}"                unset or empty: a fault with that message
//              | "${" name ":+" text "}"                set and not empty: the alternative; otherwise empty
//   name      := [A-Za-z_][A-Za-z0-9_]*
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "config/diagnostics.hpp"
#include "config/tree.hpp"

namespace sluice {

using Environment = std::function<std::optional<std::string>(const std::string&)>;

// Keys stay as they are. A scalar that cannot be replaced is marked faulty.
void replace_variables(Tree& tree, const Environment& environment, Diagnostics& diagnostics);

}  // namespace sluice
