// Writes what an alert says: the three lines that end a failed run or their like, where it was, what was found, and
// what changed since the last good run.
#pragma once

#include <string>
#include <vector>

#include "alerting/alert_book.hpp"
#include "alerting/alert_message.hpp"
#include "alerting/run_past.hpp"
#include "config/config.hpp"
#include "monitoring/report.hpp"

namespace sluice {

// What messages about a run are made of. It outlives the call alone.
struct MessageSubject {
    const RunReport& report;  // with masked secrets
    const RunPast& past;
    const std::vector<RunReport>& crashed;  // earlier runs that are told of
    std::string folder;                     // that the config's paths start from, absolute
    Wording wording;
    bool shows_values = false;
    bool is_slow = false;
};

// `channel`: the alert's name, which makes the message's id its own.
[[nodiscard]] AlertMessage write_message(const MessageSubject& subject, const AlertDecision& decision,
                                         const std::string& channel);

// What `validate --send-alert` sends.
[[nodiscard]] AlertMessage write_test_message(const std::string& pipeline, const std::string& environment,
                                              const std::string& channel, const Wording& wording, WallTime now);

}  // namespace sluice
