// Values of DuckDB as tokens, in SQL.
#pragma once

#include <string>
#include <string_view>

#include "rows/row_stream.hpp"

namespace sluice {

// The token of a value of DuckDB type `type`.
struct TokenValue {
    std::string sql;  // empty: there is no such token
    Meaning meaning = Meaning::value;
    std::string computed;  // for ColumnFacts::computed
};
[[nodiscard]] TokenValue token_value(std::string_view type, std::string_view value);

// Whether values of a DuckDB type can be summed up.
[[nodiscard]] bool is_numeric(std::string_view type);

// Whether a type holds others: a list, struct, map or union.
[[nodiscard]] bool is_nested_type(std::string_view type);

}  // namespace sluice
