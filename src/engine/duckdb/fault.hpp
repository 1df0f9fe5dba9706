// Turns what DuckDB says went wrong into our Error: who must act, and the reason without DuckDB's frame around it.
// For this folder only.
#pragma once

#include <string_view>

#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

// `text` is DuckDB's whole message. Kinds and codes:
//   data "does_not_parse", "does_not_bind"   the SQL is at fault; message: the reason alone
//   data "evaluation"                        a value is at fault; message: the reason alone
//   external "out_of_memory", "spill"        with what to do
//   interrupted                              when `stop` was set
//   internal                                 all else
[[nodiscard]] Error duckdb_error(std::string_view text, const StopFlag* stop);

}  // namespace sluice
