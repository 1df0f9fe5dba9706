#include "alerting/slack_message.hpp"

#include <algorithm>
#include <string_view>

#include "config/characters.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kHeader = 150;
constexpr std::size_t kSection = 3000;
constexpr std::size_t kText = 3000;
constexpr std::size_t kMostFields = 10;
constexpr std::size_t kField = 2000;
constexpr std::string_view kDots = "...";

// Of a text that is escaped already an escape is not cut through. Counted in bytes: never more than Slack's characters.
std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    std::size_t end = most - kDots.size();
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    const std::size_t open = text.rfind('&', end - 1);
    if (open != std::string::npos && text.find(';', open) >= end && end - open < 5) end = open;
    return text.substr(0, end) + std::string(kDots);
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : showable_lines(text)) {
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else
            result += c;
    }
    return result;
}

// Plain text is not formatted: a name with stars or backticks is shown as it is.
Json plain(std::string_view text, std::size_t most) {
    return {{"type", "plain_text"}, {"text", cut(escaped(text), most)}, {"emoji", false}};
}

Json section(std::string_view text) { return {{"type", "section"}, {"text", plain(text, kSection)}}; }

std::string joined(const std::vector<std::string>& lines, std::string_view before) {
    std::string text;
    for (const std::string& line : lines) text.append(text.empty() ? "" : "\n").append(before).append(line);
    return text;
}

}  // namespace

std::string slack_body(const AlertMessage& message) {
    Json blocks = Json::array();
    blocks.push_back({{"type", "header"}, {"text", plain(message.title, kHeader)}});
    for (const std::string& line : message.lines) blocks.push_back(section(line));
    Json fields = Json::array();
    for (const auto& [label, value] : message.facts)
        if (fields.size() < kMostFields) fields.push_back(plain(label + ": " + value, kField));
    if (!fields.empty()) blocks.push_back({{"type", "section"}, {"fields", std::move(fields)}});
    for (const AlertMessage::Group& group : message.groups)
        blocks.push_back(section(group.title + ":\n" + joined(group.items, "- ")));
    const Json body{{"text", cut(escaped(message.title + "\n" + joined(message.lines, "")), kText)},
                    {"blocks", std::move(blocks)}};
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sluice
