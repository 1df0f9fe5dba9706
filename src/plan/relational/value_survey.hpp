// Finds out what the values of a step's result are, where only they tell (ColumnFacts::unsurveyed): as a source's
// survey does for its columns.
#pragma once

#include "engine/duckdb/duckdb_engine.hpp"
#include "plan/relational/bound_relation.hpp"
#include "plan/relational/step_query.hpp"

namespace sluice {

// Replaces the facts of the unsurveyed columns of `relation` that `needed` has; the others are not in its table.
[[nodiscard]] Result<> survey_values(DuckdbEngine& engine, const NeededColumns& needed, BoundRelation& relation);

}  // namespace sluice
