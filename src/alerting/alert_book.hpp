// What one channel was told, and so what it is told next: repeated findings are held back, messages of an hour are
// counted, and an outage that was told of ends with one recovery. Time is passed in; nothing here reads a clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alerting/alert_event.hpp"
#include "alerting/alert_message.hpp"

namespace sluice {

struct AlertRules {
    std::set<AlertEvent> when{AlertEvent::failure,    AlertEvent::recovery, AlertEvent::quality,
                              AlertEvent::quarantine, AlertEvent::slow,     AlertEvent::drift};
    AlertSeverity min_severity = AlertSeverity::info;
    std::chrono::milliseconds dedupe = std::chrono::hours(1);
    std::size_t max_per_hour = 10;
};

// What a message is about.
struct AlertDecision {
    std::vector<Finding> findings;  // all of the run's that the rules let through, new or not
    bool recovery = false;
    std::string thread;    // the run with which the outage began, else this run
    std::size_t held = 0;  // messages that were not sent since the last one
};

struct AlertBook {
    std::map<std::string, WallTime> told;  // by Finding::key
    std::vector<WallTime> sent;            // within the last hour
    std::string outage;                    // the first run of the outage that was told of; "" where there is none
    std::size_t held = 0;                  // messages since the last one that was sent
    std::vector<AlertMessage> waiting;     // not delivered yet, the oldest first

    // Nothing where the channel is not to be told. A run that is done ends an outage; its recovery is sent even where
    // the hour is full, since there is at most one for each failure that was sent.
    [[nodiscard]] std::optional<AlertDecision> decide(const AlertRules& rules, const std::vector<Finding>& findings,
                                                      const std::string& run, bool is_done, WallTime now);
    // Puts a message behind those that wait. Those beyond fifty, or older than a week, go and count as held.
    void keep(AlertMessage message, WallTime now);

private:
    [[nodiscard]] bool is_new(const Finding& finding, const AlertRules& rules, WallTime now) const;
    bool end_outage(const AlertRules& rules);
    void forget_old(const AlertRules& rules, WallTime now);
};

}  // namespace sluice
