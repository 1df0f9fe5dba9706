// Tells whom the config names of what a run found: decides what each channel is told, keeps it in `.sluice`, and sends
// it, all channels at once. Called once, after everything of the run is published, recorded in its report and masked.
//
// What goes wrong here is a warning of the report and nothing else. The time that it may take is the longest `timeout`
// of the alerts; what is not delivered by then stays in `.sluice` and is sent by the next run.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alerting/alert_channel.hpp"
#include "alerting/alert_fields.hpp"
#include "config/config.hpp"
#include "monitoring/report.hpp"

namespace sluice {

// An alert that is on.
struct ReadyAlert {
    std::string name;
    AlertSettings settings;
    std::unique_ptr<AlertChannel> channel;
};

struct AlertingContext {
    std::filesystem::path base;   // relative paths of the config are below it
    std::filesystem::path books;  // the file that keeps what was told
    Wording wording;
    std::function<void(std::string&)> mask;  // takes secrets out of what others said; may be empty
    RetryClock& clock;
};

// `earlier`: runs of the pipeline before this one, the newest first. Fills report.alerts for the alerts that are on,
// and adds warnings.
void send_alerts(std::vector<ReadyAlert>& alerts, RunReport& report, const std::vector<RunReport>& earlier,
                 const AlertingContext& context);

// Sends one test message to each, at once; by their order.
[[nodiscard]] std::vector<Result<>> send_test_alerts(std::vector<ReadyAlert>& alerts, const std::string& pipeline,
                                                     const std::string& environment, const AlertingContext& context);

// Asks for the address once a run is done; tried again as `retry` says, within ten seconds.
[[nodiscard]] Result<> send_heartbeat(const Secret& address, const RetryPolicy& retry, RetryClock& clock);

}  // namespace sluice
