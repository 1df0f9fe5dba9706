// sl_sum(token) and sl_avg(token) inside DuckDB: exact over the decimal values as written, rounded once
// (rows/exact_sum.hpp), so the order of rows and the number of threads do not matter. NULLs are passed over; no value
// at all gives NULL.
#pragma once

#include <duckdb.h>

#include "utils/result.hpp"

namespace sluice {

[[nodiscard]] Result<> register_aggregate_functions(duckdb_connection connection);

}  // namespace sluice
