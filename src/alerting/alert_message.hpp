// What an alert says, before a channel gives it a form: plain text in one language, with masked secrets. Texts may hold
// any character that the data or a name has, so a channel escapes all of them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alerting/alert_event.hpp"
#include "monitoring/report.hpp"

namespace sluice {

struct AlertMessage {
    struct Group {
        std::string title;
        std::vector<std::string> items;
    };

    std::string id;      // no two messages have one
    std::string thread;  // messages about one outage share it
    WallTime time;       // when the run ended
    std::string zone;    // the IANA name of the zone that its times are in
    std::string language;
    AlertSeverity severity = AlertSeverity::error;
    std::vector<AlertEvent> events;
    std::string pipeline;
    std::string environment;  // "" without one
    std::string run;
    std::string status;                                      // of the run
    std::string title;                                       // one line
    std::vector<std::string> lines;                          // three: what happened; what is published; what to type
    std::vector<std::pair<std::string, std::string>> facts;  // label and value: where, when, how long
    std::vector<Group> groups;                               // what was found, what changed
    std::size_t held = 0;  // messages that were not sent before this one: repeated ones, or too many
};

// All of it as text: lines, facts, groups.
[[nodiscard]] std::string plain_text(const AlertMessage& message);

// A stable form: what is kept in `.sluice`, what a webhook gets by default, what a command gets.
[[nodiscard]] nlohmann::ordered_json to_json(const AlertMessage& message);
// Nothing where it is no such form.
[[nodiscard]] std::optional<AlertMessage> message_from(const nlohmann::ordered_json& json);

}  // namespace sluice
