#include <fmt/format.h>

#include <string_view>

#include "alerting/mail.hpp"
#include "config/characters.hpp"

namespace sluice {
namespace {

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : showable_lines(text)) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            case '\n':
                result += "<br>";
                break;
            default:
                result += c;
        }
    }
    return result;
}

// Dark enough for white text, 4.5 to 1.
std::string_view colour(AlertSeverity severity) {
    switch (severity) {
        case AlertSeverity::error:
            return "#b3261e";
        case AlertSeverity::warning:
            return "#8a5300";
        case AlertSeverity::info:
            break;
    }
    return "#1b6e3c";
}

std::string lines_html(const AlertMessage& message) {
    std::string html;
    for (const std::string& line : message.lines)
        html += fmt::format("<p style=\"margin:0 0 8px\">{}</p>\n", escaped(line));
    return html;
}

std::string facts_html(const AlertMessage& message) {
    if (message.facts.empty()) return "";
    std::string html = "<table role=\"presentation\" style=\"border-collapse:collapse;margin:16px 0\">\n";
    for (const auto& [label, value] : message.facts)
        html += fmt::format(
            "<tr><td style=\"padding:2px 16px 2px 0;vertical-align:top;white-space:nowrap\">{}</td>"
            "<td style=\"padding:2px 0;word-break:break-word\"><b>{}</b></td></tr>\n",
            escaped(label), escaped(value));
    return html + "</table>\n";
}

std::string groups_html(const AlertMessage& message) {
    std::string html;
    for (const AlertMessage::Group& group : message.groups) {
        html += fmt::format(
            "<h2 style=\"font-size:15px;margin:16px 0 4px\">{}</h2>\n<ul style=\"margin:0;padding-left:20px\">\n",
            escaped(group.title));
        for (const std::string& item : group.items)
            html += fmt::format("<li style=\"word-break:break-word\">{}</li>\n", escaped(item));
        html += "</ul>\n";
    }
    return html;
}

}  // namespace

std::string mail_html(const AlertMessage& message) {
    const std::string title = escaped(showable(message.title));
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">"
        "<title>{}</title></head>\n"
        "<body style=\"font:14px/1.5 system-ui,sans-serif;margin:0;padding:16px\">\n<div style=\"max-width:720px\">\n"
        "<h1 style=\"font-size:18px;margin:0 0 16px;padding:8px "
        "12px;border-radius:4px;color:#fff;background:{}\">{}</h1>\n"
        "{}{}{}</div>\n</body>\n</html>\n",
        escaped(message.language), title, colour(message.severity), title, lines_html(message), facts_html(message),
        groups_html(message));
}

}  // namespace sluice
