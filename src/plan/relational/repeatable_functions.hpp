// Which of DuckDB's functions give the same value each time and on every machine, and what the value of an aggregate
// depends on besides its rows. The lists are of the DuckDB that is linked in; a unit test compares them with what it
// says of its functions (duckdb_functions()).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

// Why function `name` (any case), called with so many arguments, is refused, and what to write instead; nothing when
// equal arguments give an equal value whenever and wherever it is called.
[[nodiscard]] std::optional<std::string> unrepeatable_function(std::string_view name, std::size_t arguments);

// The same for a word that SQL reads as a call when no column has that name (current_date).
[[nodiscard]] std::optional<std::string> unrepeatable_word(std::string_view word);

enum class AggregateOrder {
    not_an_aggregate,
    none,      // its value depends on the set of rows only
    ties,      // on the order of rows that it holds for equal
    rows,      // on the order of all rows
    rounding,  // on the order in which it rounds: doubles are added up
};
[[nodiscard]] AggregateOrder aggregate_order(std::string_view name);

}  // namespace sluice
