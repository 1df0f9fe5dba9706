// The type of a column as a config writes it: `timestamp`, or `{as: timestamp, timezone: Asia/Jakarta}`, or
// `{as: timestamp, format: epoch_ms}`. A source's `types:` and `schema:` and the step `cast` read it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/diagnostics.hpp"
#include "rows/declared_type.hpp"

namespace sluice {

class Tree;

inline constexpr std::string_view kColumnTypeForm =
    "such as {created_at: timestamp} or {created_at: {as: timestamp, timezone: Asia/Jakarta}}";

// "timestamp", "integer", ...
[[nodiscard]] std::string_view type_name(Type type);

// Adds a fault, and gives nothing, for a type, a zone or a format of times that does not exist, for a zone or a
// format of a type that has none, and for a zone where the format leaves it no say.
[[nodiscard]] std::optional<DeclaredType> read_column_type(const Tree& node, const std::string& column,
                                                           Diagnostics& diagnostics);

// JSON Schema of a map from columns to types; `more` are names of types beyond those, each with ", " behind it.
[[nodiscard]] std::string column_types_shape(std::string_view more);

}  // namespace sluice
