// Reads what every kind of source has in common from its section: `types`.
#pragma once

#include <string>
#include <string_view>

#include "config/config.hpp"
#include "extractors/extractor.hpp"
#include "rows/declared_type.hpp"

namespace sluice {

[[nodiscard]] Field types_field();
[[nodiscard]] Field schema_field();
[[nodiscard]] Field columns_field();
[[nodiscard]] Field on_type_error_field();
[[nodiscard]] Field drift_field();

// Of `types` or `schema`. Adds a fault for each type that does not exist, zone that does not exist, and zone of a type
// that has none.
[[nodiscard]] DeclaredTypes declared_types(const Section& section, Diagnostics& diagnostics);
[[nodiscard]] OnDrift declared_drift(const Section& section);
// Of `schema`, `columns` and `on_type_error`. Adds a fault where they do not go together.
[[nodiscard]] ColumnRules column_rules(const Section& section, Diagnostics& diagnostics);
// Adds a fault for what `section` says of columns although its format has them, with their types, in the file.
void refuse_column_rules(const Section& section, std::string_view format, Diagnostics& diagnostics);

}  // namespace sluice
