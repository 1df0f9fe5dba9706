#include "alerting/webhook_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "utils/json.hpp"

namespace sluice {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

AlertMessage message() {
    AlertMessage message;
    message.title = "a \"quoted\", \\ \n {{run}} title";
    message.lines = {"one", "two", "three"};
    message.run = "r1";
    message.held = 4;
    message.severity = AlertSeverity::warning;
    return message;
}

Json filled(const std::string& text) {
    const auto form = WebhookTemplate::parse(text);
    EXPECT_TRUE(form) << text;
    return form ? Json::parse(form->fill(message())) : Json();
}

TEST(WebhookTemplate, ValuesStayWithinTheirTexts) {
    EXPECT_EQ(filled(R"({"t": "<{{title}}>"})")["t"], "<" + message().title + ">");
    EXPECT_EQ(filled(R"({"t": "{{ severity }}/{{run}}", "k": {"deep": ["{{lines.1}}"]}})"),
              Json::parse(R"({"t": "warning/r1", "k": {"deep": ["two"]}})"));
}

TEST(WebhookTemplate, ANameAloneStandsForTheValueItself) {
    EXPECT_EQ(
        filled(
            R"({"l": "{{lines}}", "n": "{{held}}", "m": "{{held}}x", "two": "{{run}}{{run}}", "k": [1, true, null]})"),
        Json::parse(R"({"l": ["one", "two", "three"], "n": 4, "m": "4x", "two": "r1r1", "k": [1, true, null]})"));
}

TEST(WebhookTemplate, WithoutOneTheWholeMessage) {
    const Json json = filled("");
    EXPECT_EQ(json["run"], "r1");
    EXPECT_EQ(json["lines"].size(), 3U);
}

TEST(WebhookTemplate, FaultsAreFoundBeforeAnyRun) {
    const auto no_json = WebhookTemplate::parse("{\"a\": {{title}}}");
    ASSERT_FALSE(no_json);
    EXPECT_THAT(no_json.error().message, HasSubstr("no JSON: wrong at its byte 8"));
    const auto no_name = WebhookTemplate::parse(R"({"a": "{{titel}}"})");
    ASSERT_FALSE(no_name);
    EXPECT_THAT(no_name.error().message, HasSubstr("no message has 'titel' (did you mean 'title'?)"));
    EXPECT_FALSE(WebhookTemplate::parse(std::string(100, '[') + std::string(100, ']')));
}

}  // namespace
}  // namespace sluice
