// The user's SQL. It sees each relation that it names as a view of that name, with real column names and typed values.
//
// The same bytes must come out whatever the threads and the memory, so: a result without ORDER BY is ordered by all its
// columns, left to right; with ORDER BY the columns break ties; a LIMIT inside takes its rows in such an order too; a
// function whose value depends on the order of rows must say that order.
//
// A column that mixes kinds of values, or has numbers that no type holds exactly, is there as a STRUCT(sluice_token,
// sluice_plain): it can be selected as it is, or cast (then its plain text is what is cast); all else is refused.
#pragma once

#include <string>
#include <vector>

#include "plan/relational/step_query.hpp"

namespace sluice {

struct SqlInput {
    std::string name;
    const BoundRelation* relation = nullptr;
};

// Makes the views that the query reads; they stay until drop_sql_views().
[[nodiscard]] Result<StepQuery> sql_query(const StepContext& context, const SqlNode& node,
                                          const std::vector<SqlInput>& inputs);
[[nodiscard]] Result<> drop_sql_views(DuckdbEngine& engine, const std::vector<SqlInput>& inputs);

}  // namespace sluice
