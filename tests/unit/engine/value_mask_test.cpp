#include "engine/value_mask.hpp"

#include <gtest/gtest.h>

#include "rows/json_text.hpp"

namespace sluice {
namespace {

std::string last4(std::string_view token) {
    std::string out;
    append_last4(token_of(token), out);
    return out;
}

std::string masked_text(std::string_view token) {
    std::string out;
    append_masked_text(token_of(token), out);
    return out;
}

TEST(ValueMask, ShowsFourOfEightOrMore) {
    EXPECT_EQ(last4("\"\""), "\"\"");
    EXPECT_EQ(last4("\"1234567\""), "\"*******\"");
    EXPECT_EQ(last4("\"12345678\""), "\"****5678\"");
    EXPECT_EQ(last4("\"日本語テキスト1é\""), "\"*****スト1é\"");
    EXPECT_EQ(last4("\"12345\\\"\\u000a7\""), "\"****5\\\"\\n7\"");
    EXPECT_EQ(last4("4111111111111234"), "\"************1234\"");
    EXPECT_EQ(last4("1234567890123456781234"), "\"******************1234\"");
    EXPECT_EQ(last4("false"), "\"*****\"");
}

TEST(ValueMask, EqualValuesHaveOneText) {
    EXPECT_EQ(masked_text("\"\\u0061\""), "a");
    EXPECT_EQ(masked_text("2e2"), "200");
    EXPECT_EQ(masked_text("200.0"), "200");
    EXPECT_EQ(masked_text("1.50"), "1.5");
    EXPECT_EQ(masked_text("1000000000000000000000"), "1e+21");
    EXPECT_EQ(masked_text("1e21"), "1e+21");
    EXPECT_EQ(masked_text("{\"a\":[ 1 ]}"), "{\"a\": [1]}");
}

}  // namespace
}  // namespace sluice
