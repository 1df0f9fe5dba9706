// What expectations found, in words: for reports, warnings and the refusal of a run.
#pragma once

#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "pipeline/expectation_plan.hpp"
#include "pipeline/expectation_run.hpp"

namespace sluice {

[[nodiscard]] CheckReport check_report(const ExpectationPlan& plan, const PlannedExpectation& planned,
                                       CheckFinding finding, WallTime now);

// Puts checks into the report, with warnings of those that only warn. Fails (kind data, code "expectation") if others
// are not met; `accept` is then an option with which the run would go on, or "".
[[nodiscard]] Result<> judge_expectations(const ExpectationPlan& plan, const std::vector<FoundCheck>& checks,
                                          RunReport& report, std::string& accept);

}  // namespace sluice
