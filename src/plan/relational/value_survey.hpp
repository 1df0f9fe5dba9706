// Finds out what the values of a step's result are, where only they tell (ColumnFacts::unsurveyed): as a source's
// survey does for its columns.
#pragma once

#include <string>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "plan/relational/bound_relation.hpp"

namespace sluice {

// Replaces the facts of the unsurveyed columns of `relation`. One whose `values` (StepQuery::values) are empty is not
// in its table and stays as it is.
[[nodiscard]] Result<> survey_values(DuckdbEngine& engine, const std::vector<std::string>& values,
                                     BoundRelation& relation);

}  // namespace sluice
