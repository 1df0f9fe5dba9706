// What an aggregate demands of the column that it is applied to. The one rule for all ways to compute it.
#pragma once

#include <string>
#include <vector>

#include "plan/relational/step_query.hpp"

namespace sluice {

// Fails for a column that cannot be summed up.
[[nodiscard]] Result<> check_summable(const StepContext& context, const AggregateColumn& aggregate,
                                      const BoundColumn& column);
// Fails for a column that has values that are no times.
[[nodiscard]] Result<> check_times(const StepContext& context, const AggregateColumn& aggregate,
                                   const BoundColumn& column);
// Whether the column has no value but null.
[[nodiscard]] bool has_only_nulls(const ColumnFacts& facts);
void warn_of_no_column(const StepContext& context, const AggregateColumn& aggregate, const BoundRelation& input);
void warn_of_no_key(const StepContext& context, const std::string& key, const Location& location,
                    const BoundRelation& input);

// A source's column of numbers whose sum, even over all rows there can be, a DECIMAL(38) holds: 18 digits and 2^64
// rows.
[[nodiscard]] bool sums_as_decimal(const ColumnFacts& facts);
// Such a column's value: DECIMAL(18, scale).
[[nodiscard]] std::string decimal_value(const ColumnFacts& facts, const std::string& token);
// The sum or mean as a token, of SQL for the exact sum, the number of values (BIGINT) and whether all are written as
// integers.
[[nodiscard]] std::string exact_sum_token(const std::string& sum, const std::string& integers);
[[nodiscard]] std::string exact_mean_token(const std::string& sum, const std::string& count);

// Whether the text of some key may depend on how the rows of its group wrote it: whole numbers of 10^21 or more.
[[nodiscard]] bool spelling_matters(const ColumnFacts& facts);

}  // namespace sluice
