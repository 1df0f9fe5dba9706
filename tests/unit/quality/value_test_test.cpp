#include "quality/expectations/value_test.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "quality/expectations/value_tally.hpp"
#include "rows/json_text.hpp"

namespace sluice {
namespace {

Expectation of_kind(ExpectationKind kind) {
    Expectation expectation;
    expectation.kind = kind;
    expectation.columns = {{"c", {}}};
    return expectation;
}

Expectation between(const std::string& least, const std::string& most) {
    Expectation expectation = of_kind(ExpectationKind::between);
    if (!least.empty()) expectation.range.least = LocatedText{least, {}};
    if (!most.empty()) expectation.range.most = LocatedText{most, {}};
    return expectation;
}

bool passes(const Expectation& expectation, const std::string& json, const TimeNotation& notation = {}) {
    const auto test = value_test(expectation, notation);
    EXPECT_TRUE(test) << (test ? "" : test.error().message);
    std::string scratch;
    return test && (*test)->passes(token_of(json), scratch);
}

// Each number against each bound, in the order of their values: equal ones are spelled in several ways.
TEST(ValueTest, NumbersAreComparedExactly) {
    const std::vector<std::vector<std::string>> rising{{"-1e400"},
                                                       {"-123456789012345678901234567890"},
                                                       {"-1.5", "-15e-1", "-1.50"},
                                                       {"-0.0000000000000000000000001"},
                                                       {"0", "-0", "0.00", "0e5"},
                                                       {"0.1", "1e-1"},
                                                       {"0.1000000000000000055511151231257827"},
                                                       {"9223372036854775807", "9223372036854775807.0"},
                                                       {"9223372036854775808", "9.223372036854775808e18"},
                                                       {"1e400", "10e399"}};
    for (std::size_t bound = 0; bound < rising.size(); ++bound)
        for (std::size_t number = 0; number < rising.size(); ++number)
            for (const std::string& limit : rising[bound])
                for (const std::string& value : rising[number]) {
                    EXPECT_EQ(passes(between(limit, ""), value), number >= bound) << value << " from " << limit;
                    EXPECT_EQ(passes(between("", limit), value), number <= bound) << value << " up to " << limit;
                }
}

TEST(ValueTest, TimesAreReadAsTheirColumnIsWritten) {
    const Expectation february = between("2024-02-01", "2024-02-29T23:59:59.999999999Z");
    EXPECT_TRUE(passes(february, R"("2024-02-01 00:00:00")"));
    EXPECT_FALSE(passes(february, R"("2024-01-31T23:59:59.999999999Z")"));
    EXPECT_FALSE(passes(february, R"("2024-02-01T00:00:00+00:01")"));
    EXPECT_FALSE(passes(february, "1707000000"));
    EXPECT_TRUE(passes(february, "1707000000", {.timezone = "", .format = "epoch_s"}));
    EXPECT_FALSE(passes(february, R"("2024-02-01 00:00:00")", {.timezone = "Asia/Jakarta", .format = ""}));
    EXPECT_TRUE(passes(february, R"("29/02/2024 06:00")", {.timezone = "", .format = "%d/%m/%Y %H:%M"}));
}

TEST(ValueTest, LengthCountsCharacters) {
    Expectation length = of_kind(ExpectationKind::length);
    length.counts = {.least = 2, .most = 3};
    EXPECT_FALSE(passes(length, R"("a")"));
    EXPECT_TRUE(passes(length, R"("üß")"));
    EXPECT_TRUE(passes(length, "\"\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\""));
    EXPECT_TRUE(passes(length, R"("\u00e4\n\ud83d\ude00")"));
    EXPECT_FALSE(passes(length, R"("abcd")"));
    EXPECT_FALSE(passes(length, "123"));
}

TEST(ValueTest, PatternsSeeTheDecodedText) {
    Expectation regex = of_kind(ExpectationKind::regex);
    regex.pattern = "^[a-z]+/ü$";
    EXPECT_TRUE(passes(regex, R"("ab/\u00fc")"));
    EXPECT_FALSE(passes(regex, R"("ab/u")"));
    regex.pattern = "(";
    EXPECT_FALSE(value_test(regex, {}));
}

TEST(ValueTest, AcceptedValuesAreEqualAsKeysAre) {
    Expectation accepted = of_kind(ExpectationKind::accepted_values);
    accepted.values = {"200", R"("a/b")", "true"};
    EXPECT_TRUE(passes(accepted, "2e2"));
    EXPECT_TRUE(passes(accepted, R"("a\/b")"));
    EXPECT_TRUE(passes(accepted, "true"));
    EXPECT_FALSE(passes(accepted, R"("200")"));
    EXPECT_FALSE(passes(accepted, R"("true")"));
}

// However the rows are cut and in whatever order the parts come together.
TEST(ValueTally, PartsMergeToTheWhole) {
    std::vector<std::string> texts;
    for (int number = 0; number < 60; ++number) texts.push_back(number % 7 == 0 ? "null" : std::to_string(number));
    std::vector<Token> tokens;
    for (const std::string& text : texts) tokens.push_back(token_of(text));
    const auto check = ValueCheck::of(between("5", "50"), {});
    ASSERT_TRUE(check);
    std::string scratch;
    const auto tally_of = [&](std::size_t begin, std::size_t end) {
        ValueTally tally;
        check->take(
            std::span(tokens).subspan(begin, end - begin), [begin](std::size_t index) { return begin + index; }, tally,
            scratch);
        return tally;
    };
    const ValueTally whole = tally_of(0, tokens.size());
    EXPECT_EQ(whole.rows, 60U);
    EXPECT_EQ(whole.failing, 12U);
    for (std::size_t cut = 0; cut <= tokens.size(); ++cut) {
        ValueTally merged = tally_of(cut, tokens.size());
        merged.merge(tally_of(0, cut));
        EXPECT_EQ(merged.rows, whole.rows);
        EXPECT_EQ(merged.failing, whole.failing);
        ASSERT_EQ(merged.first.size(), kExamples);
        for (std::size_t index = 0; index < kExamples; ++index) {
            EXPECT_EQ(merged.first[index].row, whole.first[index].row);
            EXPECT_EQ(merged.first[index].value, whole.first[index].value);
        }
    }
}

}  // namespace
}  // namespace sluice
