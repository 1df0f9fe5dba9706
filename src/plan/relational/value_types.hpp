// From tokens to values that DuckDB computes on, and back: the type lattice of computed columns (int64, int128,
// decimal(38), double only when every value survives it, else exact text).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/duckdb/token_value.hpp"
#include "plan/relational/bound_relation.hpp"

namespace sluice {

// Why a column has no type to compute with.
enum class TypeFault { none, mixed, two_types, too_exact, huge_exponent };

struct TypedValue {
    TypeFault fault = TypeFault::none;
    std::string sql;  // the value; without a fault only
};

// Index of a notation of times among the engine's; the one that computed times have is at 0.
using NotationIds = std::map<TimeNotation, std::size_t>;

// The value of `column` whose token is the SQL `token`.
[[nodiscard]] TypedValue typed_value(const BoundColumn& column, std::string_view token, const NotationIds& notations);

// The nanoseconds since 1970 of a column that is_time().
[[nodiscard]] std::string time_value(const BoundColumn& column, std::string_view token, const NotationIds& notations);

// By what a column's values are sorted and compared: times as times, all else by key bytes.
[[nodiscard]] std::string sort_value(const BoundColumn& column, std::string_view token, const NotationIds& notations);

// A column made of such tokens.
[[nodiscard]] BoundColumn computed_column(std::string name, const TokenValue& token);
// A column computed with a known type and meaning.
[[nodiscard]] BoundColumn computed_column(std::string name, std::string_view type, Meaning meaning = Meaning::value);

}  // namespace sluice
