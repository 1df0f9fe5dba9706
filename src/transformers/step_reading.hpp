// Reads what several kinds of step share from their sections.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "plan/logical.hpp"

namespace sluice {

// `from`, for a step that reads one source or step.
[[nodiscard]] Field from_field();
// The text field as a reference.
[[nodiscard]] LocatedText reference(const Section& section, std::string_view field);

struct LocatedNames {
    std::vector<std::string> names;
    std::vector<Location> locations;
};

// Names of columns. Adds a fault for a name that stands twice.
[[nodiscard]] LocatedNames column_names(const std::vector<LocatedText>& texts, std::string_view field,
                                        Diagnostics& diagnostics);

// The same, each with its place.
[[nodiscard]] std::vector<NamedColumn> named_columns(const std::vector<LocatedText>& texts, std::string_view field,
                                                     Diagnostics& diagnostics);

struct ColumnEntry {
    NamedColumn column;
    const Tree* value = nullptr;  // not faulty
};

// The entries of a field that is a map from columns to something; `form` is an example for messages. Adds a fault when
// it is no map, or empty.
[[nodiscard]] std::vector<ColumnEntry> column_entries(const Section& section, std::string_view field,
                                                      std::string_view form, Diagnostics& diagnostics);
// The value of an entry that must be an expression; nothing after a fault.
[[nodiscard]] std::optional<SelectColumn> computed_column(const ColumnEntry& entry, std::string_view form,
                                                          const ConfigItem& step, Diagnostics& diagnostics);
// JSON Schema of such a map, whose values have the schema `value`.
[[nodiscard]] std::string column_map_shape(std::string_view value);

// Adds a fault when the expression does not parse.
void check_expression(const Expression& expression, const ConfigItem& step, Diagnostics& diagnostics);

}  // namespace sluice
