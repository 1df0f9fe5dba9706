// Row accounting of a step in DuckDB: where every row that came in went.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "engine/step_counts.hpp"
#include "plan/logical.hpp"
#include "plan/relational/bound_relation.hpp"

namespace sluice {

struct StepBooks {
    std::vector<std::uint64_t> rows_in;
    std::uint64_t rows_out = 0;     // grows as a stream is read
    std::uint64_t null_keys = 0;    // rows left out of a grouping
    std::uint64_t empty_lists = 0;  // of unnest: rows without an element
    std::uint64_t elements = 0;
    std::uint64_t unmatched_left = 0;
    std::uint64_t unmatched_right = 0;
    double seconds = 0;
};

// Counts what the step's result will not show; its inputs are tables.
[[nodiscard]] Result<StepBooks> open_books(DuckdbEngine& engine, const Relation& relation,
                                           const std::vector<const BoundRelation*>& inputs);
[[nodiscard]] StepCounts close_books(const Relation& relation, const StepBooks& books);

}  // namespace sluice
