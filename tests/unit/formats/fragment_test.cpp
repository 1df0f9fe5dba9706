#include "formats/fragment.hpp"

#include <gtest/gtest.h>

#include "rows/json_text.hpp"

namespace sluice {
namespace {

std::string row_of(const FragmentFormatter& formatter, const std::vector<std::string>& values) {
    std::vector<Token> tokens;
    for (const std::string& value : values) tokens.push_back(value.empty() ? Token{} : token_of(value));
    std::string text = "before|";
    formatter.append(tokens, text);
    return text;
}

TEST(Fragment, WritesNamesAndValuesToTheLetter) {
    const FragmentFormatter formatter({{"a", {"a_x"}}, {"b", {"say \"b\""}}, {"c", {std::string(100, 'c')}}},
                                      kJsonLayout, {});
    EXPECT_EQ(
        row_of(formatter, {"1.50", "", "\"\\u0041\""}),
        "before|\"a_x\": 1.50,\n    \"say \\\"b\\\"\": null,\n    \"" + std::string(100, 'c') + "\": \"\\u0041\"");
}

TEST(Fragment, LaysNestedValuesOut) {
    const FragmentFormatter formatter({{"a", {"a"}}, {"b", {"b"}}}, kJsonLinesLayout, {});
    EXPECT_EQ(row_of(formatter, {"[1,2,{\"x\":3}]", "true"}), "before|\"a\": [1, 2, {\"x\": 3}], \"b\": true");
}

TEST(Fragment, WritesTimesAsTheStyleSays) {
    const FragmentFormatter formatter({{"t", {"t", Meaning::timestamp}}, {"u", {"u", Meaning::timestamp}}},
                                      kJsonLinesLayout, {.timestamps = TimestampStyle::epoch_ms});
    EXPECT_EQ(row_of(formatter, {"\"1969-12-31T23:59:59.999999Z\"", ""}), "before|\"t\": -1, \"u\": null");
}

TEST(Fragment, NoFieldsGiveNothing) {
    const FragmentFormatter formatter(std::vector<FragmentField>{}, kJsonLayout, {});
    EXPECT_EQ(row_of(formatter, {}), "before|");
}

}  // namespace
}  // namespace sluice
