// Finds the row of a source at which a step's query fails. DuckDB's threads stop at any row that fails, so neither its
// message nor its moment says which is the first: the query is run again over ever smaller beginnings of an input. Only
// for messages; slow.
#pragma once

#include <optional>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "plan/relational/bound_relation.hpp"
#include "plan/relational/step_query.hpp"

namespace sluice {

struct FaultPlace {
    std::vector<DataPlace> places;  // of the row; one for each source that it was joined from
    Error error;                    // what DuckDB says of that row
};

// Nothing when no single row of an input is at fault. `inputs` are tables.
[[nodiscard]] std::optional<FaultPlace> first_fault(DuckdbEngine& engine, const StepQuery& query,
                                                    const std::vector<const BoundRelation*>& inputs);

}  // namespace sluice
