// The books: every row that came in went somewhere. A run whose books do not balance may not publish.
#pragma once

#include "monitoring/report.hpp"
#include "plan/logical.hpp"
#include "utils/result.hpp"

namespace sluice {

// Checks that each source gave or rejected every row that it read, and that every rejected row has its reason, which
// is counted where the row is kept. Fails (internal) naming the source and its numbers.
[[nodiscard]] Result<> check_sources(const RunReport& report);

// Checks that
// - each step took in exactly the rows that its inputs gave,
// - filter: in = out + filtered; select and sort: in = out; steps that group: in >= groups out + left out;
//   joins: no more rows unmatched than there are, and rows out only if some row of each side matched (or is kept),
// - each output wrote the rows that its step gave (a json_object leaves out rows with a null key).
// Fails (internal) naming the step and its numbers.
[[nodiscard]] Result<> check_balance(const LogicalPlan& plan, const RunReport& report);

}  // namespace sluice
