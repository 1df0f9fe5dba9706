// Splits the text of an aggregate, such as avg(response_time), into its function and its argument.
//
//   call   := space* name space* "(" argument ")" space*      name: letters, digits, _; in any case
//   column := space* (letter | "_") (letter | digit | "_")* space*  |  space* '"' (character | '""')* '"' space*
//
// An argument that is a column names it; every other argument is an expression, which DuckDB's parser reads.
#pragma once

#include <optional>
#include <string_view>

#include "config/diagnostics.hpp"
#include "config/section.hpp"
#include "plan/logical.hpp"

namespace sluice {

// `name` is the column that it gives. Adds a fault and gives nothing when it is no call of an aggregate that we have.
[[nodiscard]] std::optional<AggregateColumn> read_aggregate(const std::string& name, const LocatedText& call,
                                                            Diagnostics& diagnostics);

// "avg", "count", ...
[[nodiscard]] std::string_view aggregation_name(Aggregation function);

}  // namespace sluice
