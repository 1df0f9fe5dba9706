// Replaces ${...} in the scalars of a tree: after parsing, so that a value can add no structure.
//
//   text      := (literal | "$${" | variable)*          "$${" is a literal "${"
//   variable  := "${" name "}"                          unset: a fault
//              | "${" name ":-" text "}"                unset or empty: the default
//              | "${" name ":?" text "}"                unset or empty: a fault with that message
//              | "${" name ":+" text "}"                set and not empty: the alternative; otherwise empty
//              | "${param." name "}"                    the value of a param (params.hpp)
//              | "${param." name ":" format "}"         of a date, with %Y %m %d %y %j %%
//              | "${file:" text "}"                     what the file of that absolute path holds; for secrets only
//   name      := [A-Za-z_][A-Za-z0-9_]*
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "config/diagnostics.hpp"
#include "config/tree.hpp"

namespace sluice {

using Environment = std::function<std::optional<std::string>(const std::string&)>;

// Where variables get their values from.
struct Variables {
    Environment environment;
    // The value of a param, with a format or without one (""); adds the fault itself where there is none. An empty
    // function: params may not stand here.
    std::function<std::optional<std::string>(const std::string& name, const std::string& format, const Location& place,
                                             Diagnostics& diagnostics)>
        param = {};
    // Whether ${file:...} may stand here.
    bool files = true;
};

// Keys stay as they are. A scalar that cannot be replaced is marked faulty.
void replace_variables(Tree& tree, const Variables& variables, Diagnostics& diagnostics);

// The text of a name with its variables replaced, without a word about those that cannot be.
[[nodiscard]] std::string resolved_name(Tree name, const Variables& variables);

}  // namespace sluice
