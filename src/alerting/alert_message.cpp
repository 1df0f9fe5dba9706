#include "alerting/alert_message.hpp"

#include "monitoring/wall_time.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

Json facts_json(const AlertMessage& message) {
    Json facts = Json::array();
    for (const auto& [label, value] : message.facts) facts.push_back({{"label", label}, {"value", value}});
    return facts;
}

Json groups_json(const AlertMessage& message) {
    Json groups = Json::array();
    for (const AlertMessage::Group& group : message.groups)
        groups.push_back({{"title", group.title}, {"items", group.items}});
    return groups;
}

}  // namespace

std::string plain_text(const AlertMessage& message) {
    std::string text;
    for (const std::string& line : message.lines) text += line + '\n';
    if (!message.facts.empty()) text += '\n';
    for (const auto& [label, value] : message.facts) text.append(label).append(": ").append(value).append("\n");
    for (const AlertMessage::Group& group : message.groups) {
        text.append("\n").append(group.title).append(":\n");
        for (const std::string& item : group.items) text.append("- ").append(item).append("\n");
    }
    return text;
}

Json to_json(const AlertMessage& message) {
    Json events = Json::array();
    for (const AlertEvent event : message.events) events.push_back(event_name(event));
    return {{"id", message.id},
            {"thread", message.thread},
            {"time", wall_time_text(message.time)},
            {"timezone", message.zone},
            {"language", message.language},
            {"severity", severity_name(message.severity)},
            {"events", std::move(events)},
            {"pipeline", message.pipeline},
            {"environment", message.environment},
            {"run", message.run},
            {"status", message.status},
            {"title", message.title},
            {"lines", message.lines},
            {"facts", facts_json(message)},
            {"groups", groups_json(message)},
            {"held", message.held},
            {"text", plain_text(message)}};
}

std::optional<AlertMessage> message_from(const Json& json) {
    try {
        AlertMessage message;
        message.id = json.at("id");
        message.thread = json.at("thread");
        message.time = parse_wall_time(json.at("time").get<std::string>()).value_or(WallTime{});
        message.zone = json.at("timezone");
        message.language = json.at("language");
        message.severity = severity_named(json.at("severity").get<std::string>()).value_or(AlertSeverity::error);
        for (const Json& event : json.at("events"))
            if (const auto known = event_named(event.get<std::string>())) message.events.push_back(*known);
        message.pipeline = json.at("pipeline");
        message.environment = json.at("environment");
        message.run = json.at("run");
        message.status = json.at("status");
        message.title = json.at("title");
        message.lines = json.at("lines").get<std::vector<std::string>>();
        for (const Json& fact : json.at("facts")) message.facts.emplace_back(fact.at("label"), fact.at("value"));
        for (const Json& group : json.at("groups"))
            message.groups.push_back({.title = group.at("title"), .items = group.at("items")});
        message.held = json.at("held");
        return message;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace sluice
