// A grouping over a join, computed without the joined rows: the rows of the side that has the group key are folded,
// each with the number of its partners as weight, and what is measured on the other side is folded by join key first.
// So the cost is that of the two sides, and all that is kept per group has a fixed size, which DuckDB spills.
//
// For one group key over an inner join with one key of two different sources; count, sum, avg and mean_gap of columns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/logical.hpp"
#include "plan/relational/bound_relation.hpp"
#include "plan/relational/step_query.hpp"
#include "rows/scan.hpp"

namespace sluice {

// The join that a relation may be computed around, if its shape allows it and so do the columns that the sources turned
// out to have: every number that is summed up must be exact as DECIMAL(18, scale), so that no sum overflows, and no key
// may be one that cannot be a key. `summaries` by LogicalPlan::sources.
[[nodiscard]] std::optional<RelationId> eager_join_of(const LogicalPlan& plan, RelationId relation,
                                                      const std::vector<ScanSummary>& summaries);

// Whether a relation is an inner join with one key of two different sources; and whether none of its keys turned out to
// be one that cannot be a key.
[[nodiscard]] bool is_plain_join(const LogicalPlan& plan, RelationId relation,
                                 const std::vector<ScanSummary>& summaries);

// The columns of the join that the relation reads, by their names there.
[[nodiscard]] NeededColumns read_of_join(const Relation& relation);

// Tables that hold how many rows each join key has on a side: (j BLOB, n BIGINT).
struct RowsPerKey {
    std::string left;
    std::string right;
};

// What fills one of them.
[[nodiscard]] std::string rows_per_key_query(const BoundRelation& side, const std::string& key);

struct EagerJoin {
    const JoinNode& node;
    const BoundRelation& left;
    const BoundRelation& right;
    StepQuery query;  // the join as join_query() makes it of what read_of_join() says
    RowsPerKey rows_per_key;
};

// A grouping in parts: a fold, a join and a grouping, of which DuckDB can spill each but not all at once.
struct EagerQuery {
    StepQuery query;              // its tail is made by group()
    std::string own;              // a select: the rows of the side that has the group key
    std::string partners;         // for each join key n, and what is measured there: a table
    bool folds_partners = false;  // ... or rather a select that folds them
    std::string after;            // of the tail: what follows the joined parts

    // The select that joins both; `table` is the partners' table, or a select in brackets.
    [[nodiscard]] std::string joined(const std::string& table) const;
    // Makes the tail of `query`; `table` is what joined() gives, in the same way.
    void group(const std::string& table);
};

// The grouping of `context.relation`. Besides order and token columns its select has `m`, the joined rows of the group.
// Fails (kind data) for what design.md refuses.
[[nodiscard]] Result<EagerQuery> eager_query(const StepContext& context, const EagerJoin& join);

}  // namespace sluice
