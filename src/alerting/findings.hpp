// Looks at a run's report for what someone may want to be told.
#pragma once

#include <chrono>
#include <vector>

#include "alerting/alert_event.hpp"
#include "alerting/run_past.hpp"
#include "monitoring/report.hpp"

namespace sluice {

// By how much a run must be longer than usual to be slow: by so many percent, and by so long.
struct SlowRule {
    std::int64_t percent = 100;
    std::chrono::duration<double> least{5.0};
};

// In the order of AlertEvent. Whoever stopped a run at a keyboard (SIGINT) knows of it, so it has none; one that was
// told to end (SIGTERM, SIGHUP) has failed. Recovery is not among them: whether anyone was told of an outage is for
// AlertBook to know. `crashed`: earlier runs that died, and that nobody was told of.
[[nodiscard]] std::vector<Finding> findings_of(const RunReport& report, const RunPast& past,
                                               const std::vector<RunReport>& crashed, const SlowRule& slow);
[[nodiscard]] bool is_slow(const RunReport& report, const RunPast& past, const SlowRule& slow);

}  // namespace sluice
