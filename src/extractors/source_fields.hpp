// Reads what every kind of source has in common from its section: `types` and `format`.
#pragma once

#include <string>
#include <string_view>

#include "config/config.hpp"
#include "rows/declared_type.hpp"

namespace sluice {

[[nodiscard]] Field types_field();
[[nodiscard]] Field format_field(std::string_view doc);

// "timestamp", "integer", ...: as `types:` names it.
[[nodiscard]] std::string_view type_name(Type type);
// Adds a fault for each type that does not exist, zone that does not exist, and zone of a type that has none.
[[nodiscard]] DeclaredTypes declared_types(const Section& section, Diagnostics& diagnostics);

// The format that a file name stands for, or "" if its extension says nothing.
[[nodiscard]] std::string_view format_of_name(std::string_view name);

}  // namespace sluice
