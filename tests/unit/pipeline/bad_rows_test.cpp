#include "pipeline/bad_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

BadSource source(std::uint64_t bad, std::uint64_t all, std::string_view limit) {
    return {.report = {.name = "logs",
                       .rows_read = all,
                       .rows = all - bad,
                       .bad_rows = bad,
                       .bad_by_code = {{"bad_utf8", 12}, {"truncated", 400}}},
            .limit = *parse_bad_row_limit(limit),
            .first = {}};
}

TEST(BadRows, AreCountedByReasonTheMostFrequentFirst) {
    EXPECT_EQ(bad_rows_sentence(source(412, 9'812'004, "0").report),
              "412 of 9,812,004 rows (0.004%) of 'logs' are bad: 400 truncated, 12 bad_utf8");
}

TEST(BadRows, AShareIsNeverRoundedToNoneOrToAll) {
    EXPECT_THAT(bad_rows_sentence(source(1, 1'000'000'000, "0").report), HasSubstr("(less than 0.001%)"));
    EXPECT_THAT(bad_rows_sentence(source(999'999'999, 1'000'000'000, "0").report), HasSubstr("(99.99%)"));
    EXPECT_THAT(bad_rows_sentence(source(7, 7, "0").report), HasSubstr("(100%)"));
    EXPECT_THAT(bad_rows_sentence(source(1, 8, "0").report), HasSubstr("(12.5%)"));
}

TEST(BadRows, ALimitIsANumberOrAShareOfAllRows) {
    const auto allows = [](std::string_view limit, std::uint64_t bad, std::uint64_t all) {
        return parse_bad_row_limit(limit)->allows(bad, all);
    };
    EXPECT_TRUE(allows("0", 0, 10));
    EXPECT_FALSE(allows("0", 1, 10));
    EXPECT_TRUE(allows("412", 412, 412));
    EXPECT_FALSE(allows("412", 413, UINT64_MAX));
    EXPECT_TRUE(allows("10%", 1, 10));
    EXPECT_FALSE(allows("10%", 2, 19));
    EXPECT_TRUE(allows("0.0001%", 1, 1'000'000));
    EXPECT_FALSE(allows("0.0001%", 1, 999'999));
    EXPECT_TRUE(allows("100%", UINT64_MAX, UINT64_MAX));
    EXPECT_TRUE(allows("0%", 0, 0));
}

TEST(BadRows, WhatIsNoLimitIsRefused) {
    for (const char* text : {"", "-1", "+1", "1.5", "1e3", "%", ".5%", "5.%", "0.00001%", "100.1%", "101%", "5 %",
                             "5%%", "99999999999999999999", "0x1"})
        EXPECT_FALSE(parse_bad_row_limit(text)) << text;
}

TEST(BadRows, WithinTheLimitNothingIsRefused) {
    const SecretMask mask({});
    EXPECT_FALSE(refuse_bad_rows({source(412, 9'812'004, "412"), source(0, 5, "0")}, mask));
    EXPECT_EQ(accepting_options({source(412, 9'812'004, "412")}), "");
}

TEST(BadRows, AreShownWithPlaceByteTextAndCaret) {
    BadSource bad = source(412, 9'812'004, "0.001%");
    bad.report.quarantine = ".sluice/quarantine/r/logs.jsonl";
    BadRow row;
    row.file = "logs.jsonl";
    row.line = 5;
    row.fault = 812;
    row.code = "truncated";
    row.message = "the line ends inside an object";
    row.excerpt = "{\"\xC3\xA9\": \"u4\"";
    row.caret = row.excerpt.size();
    bad.first = {row};
    const auto error = refuse_bad_rows({bad, source(0, 4, "0")}, SecretMask({}));
    ASSERT_TRUE(error);
    EXPECT_EQ(exit_code(*error), 3);
    EXPECT_EQ(error->message,
              "412 of 9,812,004 rows (0.004%) of 'logs' are bad: 400 truncated, 12 bad_utf8; at most 0.001% may be\n"
              "  logs.jsonl:5: byte 812: truncated: the line ends inside an object\n"
              "    {\"\xC3\xA9\": \"u4\"\n"
              "              ^\n"
              "  all bad rows are in .sluice/quarantine/r/logs.jsonl");
    EXPECT_EQ(accepting_options({bad}), "--set 'data_sources[logs].max_bad_rows=412'");
}

TEST(BadRows, ASecretInTheTextAtFaultIsMaskedAndTheCaretLeftOut) {
    BadSource bad = source(1, 1, "0");
    BadRow row;
    row.excerpt = "{\"token\": \"hunter2hunter2\"";
    row.caret = 3;
    bad.first = {row};
    const auto error = refuse_bad_rows({bad}, SecretMask({Secret("hunter2hunter2")}));
    ASSERT_TRUE(error);
    EXPECT_THAT(error->message, Not(HasSubstr("hunter2")));
    EXPECT_THAT(error->message, Not(HasSubstr("^")));
}

}  // namespace
}  // namespace sluice
