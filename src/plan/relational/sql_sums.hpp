// Makes the sums and means of a user's SQL exact: DuckDB adds doubles in the order in which its threads meet the rows,
// so their last digits would change from run to run, and its means round more than once.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/duckdb/duckdb_engine.hpp"

namespace sluice {

// Replaces, on the tree of one SELECT whose views are there, avg() over any number and sum() over doubles by ours,
// also in window functions. Where the type of the argument cannot be told, since it refers to an outer query, the
// doubles are added up in the order of their values. Never fails.
void make_sums_exact(DuckdbEngine& engine, nlohmann::json& node);

}  // namespace sluice
