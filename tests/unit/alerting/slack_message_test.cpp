#include "alerting/slack_message.hpp"

#include <gtest/gtest.h>

#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::json;

// What Slack's reference says of blocks; counted in bytes, which are never fewer than characters.
void expect_within_limits(const Json& body) {
    ASSERT_LE(body["text"].get<std::string>().size(), 4000U);
    ASSERT_LE(body["blocks"].size(), 50U);
    for (const Json& block : body["blocks"]) {
        if (block["type"] == "header") {
            const auto text = block["text"]["text"].get<std::string>();
            EXPECT_GE(text.size(), 1U);
            EXPECT_LE(text.size(), 150U);
            continue;
        }
        ASSERT_EQ(block["type"], "section");
        if (block.contains("text")) {
            EXPECT_GE(block["text"]["text"].get<std::string>().size(), 1U);
            EXPECT_LE(block["text"]["text"].get<std::string>().size(), 3000U);
        }
        if (!block.contains("fields")) continue;
        EXPECT_LE(block["fields"].size(), 10U);
        for (const Json& field : block["fields"]) EXPECT_LE(field["text"].get<std::string>().size(), 2000U);
    }
}

TEST(SlackMessage, LargeMessagesStayWithinItsLimits) {
    AlertMessage message;
    message.title = std::string(400, '&');
    message.lines = {std::string(9000, '<'), "b", "c"};
    for (int at = 0; at < 30; ++at) message.facts.emplace_back("label", std::string(4000, 'v'));
    for (int at = 0; at < 6; ++at)
        message.groups.push_back({.title = "g", .items = std::vector<std::string>(11, std::string(900, '\xE2'))});
    const Json body = Json::parse(slack_body(message));
    expect_within_limits(body);
    const auto header = body["blocks"][0]["text"]["text"].get<std::string>();
    EXPECT_TRUE(header.ends_with("&amp;...")) << header;
}

TEST(SlackMessage, NamesAreNoMentionsAndNoLinks) {
    AlertMessage message;
    message.title = "<!channel> & <https://x|y>";
    message.lines = {"<@U1>", "b", "c"};
    const Json body = Json::parse(slack_body(message));
    EXPECT_EQ(body["blocks"][0]["text"]["text"], "&lt;!channel&gt; &amp; &lt;https://x|y&gt;");
    EXPECT_EQ(body["blocks"][1]["text"]["text"], "&lt;@U1&gt;");
    EXPECT_EQ(body.dump().find("<!channel>"), std::string::npos);
}

}  // namespace
}  // namespace sluice
