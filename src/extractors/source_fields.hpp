// Reads what every kind of source has in common from its section: `types`.
#pragma once

#include <string>
#include <string_view>

#include "config/config.hpp"
#include "rows/declared_type.hpp"

namespace sluice {

[[nodiscard]] Field types_field();

// "timestamp", "integer", ...: as `types:` names it.
[[nodiscard]] std::string_view type_name(Type type);
// Adds a fault for each type that does not exist, zone that does not exist, and zone of a type that has none.
[[nodiscard]] DeclaredTypes declared_types(const Section& section, Diagnostics& diagnostics);

}  // namespace sluice
