// sl_sum_or_fault(token) and sl_avg_or_fault(token) inside DuckDB: exact over the decimal values as written, rounded
// once (rows/exact_sum.hpp), so the order of rows and the number of threads do not matter. NULLs are passed over; no
// value at all gives NULL.
//
// What has no sum gives kFaultMark and the reason: sl_checked() (scalar_functions.hpp) goes around them and makes it an
// error. An aggregate that fails by itself leaves states of DuckDB behind.
#pragma once

#include <duckdb.h>

#include "utils/result.hpp"

namespace sluice {

// No JSON number begins with it.
inline constexpr char kFaultMark = '!';

[[nodiscard]] Result<> register_aggregate_functions(duckdb_connection connection);

}  // namespace sluice
