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
// whole.
[[nodiscard]] std::vector<std::optional<NeededColumns>> needed_columns(
    const LogicalPlan& plan, const std::vector<std::vector<std::string>>& source_columns,
    const std::vector<RelationId>& wanted, bool all_columns);

}  // namespace sluice
