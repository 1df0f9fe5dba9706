// The end of a run as those whom the config names hear of it: alerts and the heartbeat.
#pragma once

#include <vector>

#include "alerting/alerting.hpp"
#include "config/config.hpp"
#include "monitoring/report.hpp"
#include "pipeline/run.hpp"
#include "utils/result.hpp"

namespace sluice {

// The alerts that are on. Fails with every fault in their sections.
[[nodiscard]] Result<std::vector<ReadyAlert>> ready_alerts(const Config& config);

// Masks the report, which is complete, and then sends alerts and the heartbeat, unless this is a dry run or one with
// --to. The report gets what became of them, and warnings. Takes at most the longest `timeout`, or ten seconds for the
// heartbeat.
void tell_of_run(const RunOptions& options, const Config& config, RunReport& report);

// What was wrong with the test message of each alert that is on: `validate --send-alert`.
struct TestedAlert {
    std::string name;
    std::optional<Error> error;
};
[[nodiscard]] Result<std::vector<TestedAlert>> send_test_alerts(const Config& config,
                                                                const std::filesystem::path& base);

}  // namespace sluice
