#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plan_relational/plan_case.hpp"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kRows =
    "{\"n\":1,\"d\":1.50,\"t\":\"a\",\"b\":true,\"j\":{\"x\":[1,2]},\"m\":1,\"big\":9223372036854775808,\"odd "
    "name\":5,\"N\":7,\"z\":null}\n"
    "{\"n\":-2,\"d\":2,\"t\":\"\\u00e9\\n\",\"b\":false,\"j\":[],\"m\":\"2\",\"big\":1,\"N\":8}\n"
    "{\"n\":3,\"d\":null,\"t\":\"007\",\"j\":{},\"m\":true,\"big\":2,\"odd name\":6}\n";

CaseResult filtered(const std::string& condition) {
    PlanCase plan;
    const RelationId in = plan.source("in", kRows);
    return plan.run(plan.select(plan.filter(in, condition), {{"n", ""}}));
}

std::string computed(const std::string& expression) {
    PlanCase plan;
    const RelationId in = plan.source("in", kRows);
    return plan.run(plan.select(in, {{"x", expression}})).text();
}

TEST(RelationalFilter, ConditionsOnEveryKind) {
    EXPECT_EQ(filtered("n >= 1").text(), "1\n3");
    EXPECT_EQ(filtered("d > 1.5").text(), "-2");
    EXPECT_EQ(filtered("t = 'a' OR t = '007'").text(), "1\n3");
    EXPECT_EQ(filtered("b").text(), "1");
    EXPECT_EQ(filtered("NOT b").text(), "-2");
    EXPECT_EQ(filtered("b IS NULL").text(), "3");
    EXPECT_EQ(filtered("\"odd name\" = 5").text(), "1");
    EXPECT_EQ(filtered("n = 1 AND N = 7").text(), "1");
    EXPECT_EQ(filtered("big > 9223372036854775807").text(), "1");
    EXPECT_EQ(filtered("z IS NULL").text(), "1\n-2\n3");
    EXPECT_EQ(filtered("z > 1").text(), "");
    EXPECT_EQ(filtered("j->>'$.x[1]' = '2'").text(), "1");
    EXPECT_EQ(filtered("TRY_CAST(m AS INTEGER) = 2").text(), "-2");
    EXPECT_EQ(filtered("CAST(m AS VARCHAR) = '1'").text(), "1");
}

TEST(RelationalFilter, CarriesTokensToTheLetterAndCountsWhatItDrops) {
    PlanCase plan;
    const RelationId in = plan.source("in", "{\"a\":1.50,\"b\":1e400}\n{\"a\":2,\"b\":\"\\u0041\"}\n{\"a\":0}\n");
    const CaseResult result = plan.run(plan.filter(in, "a > 1"));
    EXPECT_THAT(result.rows, ElementsAre("1.50 1e400", "2 \"\\u0041\""));
    ASSERT_EQ(result.counts.size(), 1U);
    EXPECT_EQ(result.counts[0].rows_in, std::vector<std::uint64_t>{3});
    EXPECT_EQ(result.counts[0].rows_out, 2U);
    EXPECT_EQ(result.counts[0].filtered, 1U);
}

TEST(RelationalFilter, RefusalsNamePlaceAndReason) {
    const std::pair<const char*, const char*> cases[] = {
        {"nn > 1", "there is no column 'nn'; did you mean 'n'?"},
        {"m > 1",
         "column 'm' mixes kinds of values (a number 1 at in.jsonl:1, text \"2\" at in.jsonl:2, true at in.jsonl:3)"},
        {"n + 1", "true or false is expected; this one gives BIGINT"},
        {"n", "true or false is expected; this one gives BIGINT"},
        {"lower(n) = 'a'", "lower(BIGINT)"},
        {"sum(n) > 1", "aggregates"},
        {"unnest([n]) = 1", "UNNEST"},
        {"random() < 0.5", "random() gives another value each time"},
        {"j.x = 1", "double quotes"},
        {"CAST(t AS INTEGER) > 1", "Could not convert string"},
        {"n IN (SELECT 1)", "subquery"},
    };
    for (const auto& [condition, reason] : cases) {
        const CaseResult result = filtered(condition);
        EXPECT_EQ(result.error_kind, ErrorKind::data) << condition;
        EXPECT_THAT(result.error, HasSubstr(reason)) << condition;
        EXPECT_THAT(result.error, HasSubstr("config.yaml:1:1: step 'filtered': ")) << condition;
        EXPECT_THAT(result.error, testing::Not(HasSubstr("sl_"))) << condition;
    }
}

TEST(RelationalFilter, AValueAtFaultIsNamedByItsRow) {
    std::string lines;
    for (int row = 1; row <= 5000; ++row)
        lines += "{\"v\":\"" + (row % 1000 == 777 ? "x" + std::to_string(row) : std::to_string(row)) + "\",\"n\":1}\n";
    PlanCase plan;
    const RelationId in = plan.source("in", lines);
    const std::string expected =
        "config.yaml:1:1: step 'filtered': in.jsonl:777: Could not convert string 'x777' to INT32";
    EXPECT_THAT(plan.run(plan.filter(in, "CAST(v AS INTEGER) > 0 AND n = 1")).error, testing::StartsWith(expected));
    const RelationId other = plan.source("other", "{\"n\":1}\n");
    const RelationId joined = plan.join(other, in, {"n"});
    EXPECT_THAT(plan.run(plan.group_by(joined, {"n"}, {{"s", "sum(CAST(v AS INTEGER))"}}), {}).error,
                HasSubstr("other.jsonl:1: in.jsonl:777: "));
    const RelationId keys = plan.source("keys", "{\"k\":1}\n{\"k\":1e1234567890123456789}\n");
    EXPECT_THAT(plan.run(plan.sort(keys, {"k"})).error, HasSubstr("keys.jsonl:2: the number 1e1234567890123456789"));
    EXPECT_THAT(plan.run(plan.count_by(keys, {"k"})).error, HasSubstr("keys.jsonl:2: "));
    EXPECT_THAT(plan.run(plan.join(other, keys, {"n=k"})).error, HasSubstr("keys.jsonl:2: "));
}

TEST(RelationalFilter, TextIsNotComparedWithNumbers) {
    EXPECT_THAT(filtered("t = 7").error, HasSubstr("text"));
    EXPECT_THAT(filtered("t > n").error, HasSubstr("cast"));
    EXPECT_THAT(filtered("t IN (7, 8)").error, HasSubstr("text"));
    EXPECT_THAT(filtered("t BETWEEN 1 AND 8").error, HasSubstr("cast"));
    EXPECT_EQ(filtered("n = '3'").text(), "3");
    EXPECT_EQ(filtered("t IN ('007', 'x')").text(), "3");
}

TEST(RelationalFilter, AMissingColumnOfNoRowsIsNoFault) {
    PlanCase plan;
    const RelationId in = plan.source("in", "");
    const RelationId kept = plan.filter(in, "status >= 400");
    EXPECT_EQ(plan.run(kept).text(), "");
    EXPECT_EQ(plan.run(plan.sort(kept, {"x"})).text(), "");
    const CaseResult selected = plan.run(plan.select(kept, {{"a", ""}, {"b", "c + 1"}}));
    EXPECT_EQ(selected.text(), "");
    EXPECT_THAT(selected.columns, ElementsAre("a", "b"));
}

TEST(RelationalSelect, ValuesBecomeTokens) {
    EXPECT_EQ(computed("n + 1"), "2\n-1\n4");
    EXPECT_EQ(computed("d"), "1.50\n2\n-");
    EXPECT_EQ(computed("d + 0"), "1.50\n2.00\n-");
    EXPECT_EQ(computed("n / 4"), "0.25\n-0.5\n0.75");
    EXPECT_EQ(computed("upper(t)"), "\"A\"\n\"É\\n\"\n\"007\"");
    EXPECT_EQ(computed("NOT b"), "false\ntrue\n-");
    EXPECT_EQ(computed("big + 1"), "9223372036854775809\n2\n3");
    EXPECT_EQ(computed("[n, 2]"), "[1, 2]\n[-2, 2]\n[3, 2]");
    EXPECT_EQ(computed("{'a': n}"), "{\"a\": 1}\n{\"a\": -2}\n{\"a\": 3}");
    EXPECT_EQ(computed("CAST(m AS VARCHAR)"), "\"1\"\n\"2\"\n\"true\"");
    EXPECT_EQ(computed("CAST(d AS VARCHAR)"), "\"1.50\"\n\"2\"\n-");
    EXPECT_EQ(computed("TIMESTAMP '2024-01-01 00:00:00' + INTERVAL 1 MICROSECOND"),
              "\"2024-01-01T00:00:00.000001Z\"\n\"2024-01-01T00:00:00.000001Z\"\n\"2024-01-01T00:00:00.000001Z\"");
    EXPECT_EQ(computed("NULL"), "-\n-\n-");
    EXPECT_EQ(computed("list_transform([1, 2], lambda n: n + 1)"), "[2, 3]\n[2, 3]\n[2, 3]");
    EXPECT_THAT(computed("n / 0.0 * 1e308 * 1e308"), HasSubstr("double"));
    EXPECT_THAT(computed("exp(1000 * n)"), HasSubstr("double"));
    EXPECT_THAT(computed("CAST('a' AS BLOB)"), HasSubstr("has no place in an output"));
}

TEST(RelationalSelect, WhatWasComputedCanBeComputedOnAgain) {
    PlanCase plan;
    const RelationId in = plan.source("in", kRows);
    const RelationId first = plan.select(in, {{"u", "upper(t)"},
                                              {"h", "n / 4"},
                                              {"day", "DATE '2024-01-31' + CAST(n AS INTEGER)"},
                                              {"moment", "TIMESTAMP '2024-01-01 12:00:00'"},
                                              {"gap", "INTERVAL 1 HOUR"},
                                              {"l", "[n]"},
                                              {"d2", "d * 2"}});
    const RelationId second = plan.select(first, {{"u", "u || '!'"},
                                                  {"h", "h * 2"},
                                                  {"day", "day + 1"},
                                                  {"moment", "moment + gap"},
                                                  {"l", "l->0"},
                                                  {"d2", "d2 + 1"}});
    const CaseResult result = plan.run(second);
    EXPECT_EQ(result.error, "");
    EXPECT_THAT(result.columns, ElementsAre("u", "h", "day", "moment:timestamp", "l", "d2"));
    EXPECT_EQ(result.rows.at(0), R"("A!" 0.5 "2024-02-02" "2024-01-01T13:00:00Z" 1 4.00)");
}

TEST(RelationalSelect, LateTextInAnIntegerColumnIsRefusedWhereverItStands) {
    std::string lines;
    for (int row = 1; row <= 3000; ++row)
        lines += row == 2900 ? "{\"v\":\"late\"}\n" : "{\"v\":" + std::to_string(row) + "}\n";
    PlanCase plan;
    const RelationId in = plan.source("in", lines);
    const RelationId plus = plan.select(in, {{"x", "v + 1"}});
    EXPECT_THAT(plan.run(plus, {}).error, HasSubstr("text \"late\" at in.jsonl:2900"));
}

TEST(RelationalSelect, DeclaredTimesAreTimes) {
    DeclaredTypes types;
    types["t"] = {.type = Type::timestamp, .notation = {.timezone = "Asia/Jakarta"}};
    PlanCase plan;
    const RelationId in = plan.source(
        "in", "{\"t\":\"2024-01-01 07:00:00\"}\n{\"t\":null}\n{\"t\":\"2024-01-01T00:00:00.25Z\"}\n", types);
    const CaseResult result = plan.run(plan.select(
        in, {{"t", ""}, {"u", "t + INTERVAL 1 DAY"}, {"h", "hour(t)"}, {"g", "t - TIMESTAMP '2024-01-01'"}}));
    EXPECT_THAT(result.columns, ElementsAre("t:timestamp", "u:timestamp", "h", "g:duration"));
    EXPECT_THAT(result.rows, ElementsAre(R"("2024-01-01 07:00:00" "2024-01-02T00:00:00Z" 0 0)", "- - - -",
                                         R"("2024-01-01T00:00:00.25Z" "2024-01-02T00:00:00.250000Z" 0 250000000)"));
    EXPECT_EQ(plan.run(plan.filter(in, "t > '2024-01-01 00:00:00'")).text(), R"("2024-01-01T00:00:00.25Z")");
}

TEST(RelationalSelect, NumbersThatNoTypeHoldsAreExactOrRefused) {
    PlanCase plan;
    const RelationId in = plan.source("in",
                                      "{\"a\":0.1234567890123456789,\"b\":1e300,\"c\":1e300,\"e\":1e20000}\n"
                                      "{\"a\":1,\"b\":2,\"c\":0.1234567890123456789}\n");
    EXPECT_EQ(plan.run(plan.select(in, {{"x", "a * 2"}})).text(), "0.2469135780246913578\n2.0000000000000000000");
    EXPECT_EQ(plan.run(plan.select(in, {{"x", "b * 2"}})).text(), "2e+300\n4.0");
    EXPECT_THAT(plan.run(plan.select(in, {{"x", "c * 2"}})).error, HasSubstr("more digits than any type holds"));
    EXPECT_EQ(plan.run(plan.select(in, {{"x", "CAST(c AS DOUBLE) * 2"}})).text(), "2e+300\n0.24691357802469135");
    EXPECT_THAT(plan.run(plan.select(in, {{"x", "e * 2"}})).error, HasSubstr("in.jsonl:1"));
    EXPECT_EQ(plan.run(plan.select(in, {{"x", "c"}})).text(), "1e300\n0.1234567890123456789");
}

TEST(RelationalSort, StableNullsLastByValue) {
    PlanCase plan;
    const RelationId in = plan.source("in",
                                      "{\"k\":\"b\",\"i\":1}\n{\"k\":10,\"i\":2}\n{\"i\":3}\n{\"k\":9.0,\"i\":4}\n{"
                                      "\"k\":true,\"i\":5}\n{\"k\":9,\"i\":6}\n{\"k\":\"B\",\"i\":7}\n");
    EXPECT_THAT(plan.run(plan.sort(in, {"k"})).rows,
                ElementsAre("true 5", "9.0 4", "9 6", "10 2", "\"B\" 7", "\"b\" 1", "- 3"));
    EXPECT_THAT(plan.run(plan.sort(in, {"-k"})).rows,
                ElementsAre("\"b\" 1", "\"B\" 7", "10 2", "9.0 4", "9 6", "true 5", "- 3"));
    EXPECT_THAT(plan.run(plan.sort(in, {"kk"})).error, HasSubstr("there is no column 'kk'"));
}

}  // namespace
}  // namespace sluice::test
