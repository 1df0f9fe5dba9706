// The physical plan: for each output, which engine computes it and how. Chosen from the logical plan, the sizes of the
// opened sources and the memory budget; the output's bytes do not depend on the choice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plan/logical.hpp"
#include "plan/rewrites.hpp"

namespace sluice {

enum class Strategy {
    native_aggregate,  // NativeEngine::aggregate over a source or over an inner join of two sources
    native_pairs,      // NativeEngine::write_pairs
    relational,        // DuckDB runs the output's steps
};

struct PhysicalOutput {
    std::size_t output = 0;  // index into LogicalPlan::outputs
    Strategy strategy = Strategy::relational;
    std::string reason;  // "a count over a join, from rows per key", "does not fit --memory"
    bool spools_rows =
        false;  // relational: rows of a join or of one source that are written, from texts that lie on disk
    bool for_memory = false;  // relational, or from texts on disk, because memory would not do
};

struct PhysicalPlan {
    std::vector<PhysicalOutput> outputs;   // in the logical plan's order
    std::vector<bool> native_sources;      // by LogicalPlan::sources: read by the native engine
    std::vector<bool> relational_sources;  // loaded into DuckDB
};

struct PlanLimits {
    std::vector<std::uint64_t> source_bytes;  // by LogicalPlan::sources; of text, inflated
    std::uint64_t memory_bytes = 0;
    int threads = 1;
};

[[nodiscard]] PhysicalPlan choose_physical(const LogicalPlan& plan, const PlanLimits& limits, RewriteSet rewrites);

// The most memory that the native engine takes for the sources marked in `plan`, with `pairs` as written out or not.
[[nodiscard]] std::uint64_t native_memory_estimate(const std::vector<bool>& sources, bool pairs,
                                                   const PlanLimits& limits);

// What the plan's joins that are written from rows on disk need there at least: `source_bytes` as in PlanLimits. A
// joined row is longer than what it is made from, so half of the input is sure.
[[nodiscard]] std::uint64_t spooled_bytes(const LogicalPlan& plan, const PhysicalPlan& physical,
                                          const std::vector<std::uint64_t>& source_bytes);

// The relations that an output is computed from, itself included, each after its inputs.
[[nodiscard]] std::vector<RelationId> relations_behind(const LogicalPlan& plan, RelationId relation);

// An inner join over one key of two different sources; else null.
[[nodiscard]] const JoinNode* plain_join(const LogicalPlan& plan, RelationId relation);

// What a grouping by one key groups, where each of its aggregates can be folded from rows per key.
[[nodiscard]] std::optional<RelationId> folded_input(const LogicalPlan& plan, RelationId relation);

// The scan whose rows a relation gives as they are, through filters, sorts and dedupes alone; itself if it is one.
[[nodiscard]] std::optional<RelationId> carried_scan(const LogicalPlan& plan, RelationId relation);

// The plan with all given to DuckDB, for `reason`.
[[nodiscard]] PhysicalPlan without_native(const LogicalPlan& plan, PhysicalPlan physical, const std::string& reason);
// The plan with the joins that are written given to DuckDB, for `reason`.
[[nodiscard]] PhysicalPlan without_native_pairs(const LogicalPlan& plan, PhysicalPlan physical,
                                                const std::string& reason);

}  // namespace sluice
