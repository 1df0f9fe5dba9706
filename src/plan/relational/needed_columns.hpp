// Which columns of each relation something reads, so that only those are carried into DuckDB and from step to step.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/logical.hpp"
#include "plan/relational/step_query.hpp"

namespace sluice {

// What each relation of a plan needs, by RelationId; nothing where no wanted relation reads from it. `source_columns`
// are the names that each source has, by LogicalPlan::sources. With `all_columns` whatever is read at all is read
// whole. `eager` by RelationId: a grouping reads the inputs of this join, not the join (eager_grouping.hpp). Of the
// joins `by_key` the inputs' keys are read, of the relations `rows_only` which rows they have and in which order.
[[nodiscard]] std::vector<std::optional<NeededColumns>> needed_columns(
    const LogicalPlan& plan, const std::vector<std::vector<std::string>>& source_columns,
    const std::vector<RelationId>& wanted, bool all_columns, const std::vector<std::optional<RelationId>>& eager,
    const std::vector<RelationId>& by_key, const std::vector<RelationId>& rows_only);

}  // namespace sluice
