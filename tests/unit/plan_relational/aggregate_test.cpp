#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plan_relational/plan_case.hpp"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RelationalCount, KeysEqualInValueAreOneAndKindsStayApart) {
    PlanCase plan;
    const RelationId in =
        plan.source("in",
                    "{\"k\":200}\n{\"k\":\"200\"}\n{\"k\":200.0}\n{\"k\":2e2}\n{\"k\":null}\n{}\n"
                    "{\"k\":true}\n{\"k\":\"\\u0061\"}\n{\"k\":\"a\"}\n{\"k\":[1,2]}\n{\"k\":0.50}\n{\"k\":[1, 2]}\n");
    const CaseResult result = plan.run(plan.count_by(in, {"k"}));
    EXPECT_THAT(result.columns, ElementsAre("k", "count"));
    EXPECT_THAT(result.rows, ElementsAre("200 3", "\"a\" 2", "[1, 2] 2", "true 1", "0.5 1", "\"200\" 1"));
    ASSERT_EQ(result.counts.size(), 1U);
    EXPECT_EQ(result.counts[0].rows_in, std::vector<std::uint64_t>{12});
    EXPECT_EQ(result.counts[0].rows_out, 6U);
    EXPECT_EQ(result.counts[0].filtered, 2U);
}

TEST(RelationalCount, AnIntegerKeepsItsDigits) {
    PlanCase plan;
    const RelationId in = plan.source(
        "in", "{\"k\":1e21}\n{\"k\":1000000000000000000000}\n{\"k\":1e22}\n{\"k\":123456789012345678901234567890}\n");
    EXPECT_THAT(plan.run(plan.count_by(in, {"k"})).rows,
                ElementsAre("1000000000000000000000 2", "1e+22 1", "123456789012345678901234567890 1"));
}

TEST(RelationalCount, SeveralKeys) {
    PlanCase plan;
    const RelationId in = plan.source(
        "in",
        "{\"a\":2,\"b\":1}\n{\"a\":1,\"b\":\"x\"}\n{\"a\":1,\"b\":null}\n{\"a\":1.0,\"b\":\"x\"}\n{\"a\":1,\"b\":0}\n");
    const CaseResult result = plan.run(plan.count_by(in, {"a", "b"}));
    EXPECT_THAT(result.columns, ElementsAre("a", "b", "count"));
    EXPECT_THAT(result.rows, ElementsAre("1 \"x\" 2", "1 0 1", "2 1 1"));
}

TEST(RelationalCount, AMissingColumnGivesNothingAndAWarning) {
    PlanCase plan;
    const RelationId in = plan.source("in", "{\"action\":2}\n");
    const CaseResult result = plan.run(plan.count_by(in, {"actoin"}));
    EXPECT_EQ(result.text(), "");
    EXPECT_THAT(result.warnings,
                ElementsAre("config.yaml:1:1: step 'counted': there is no column 'actoin'; did you mean "
                            "'action'?; the result is empty"));
}

TEST(RelationalGroup, EveryAggregate) {
    PlanCase plan;
    const RelationId in = plan.source(
        "in",
        "{\"g\":\"b\",\"v\":1.5}\n{\"g\":\"a\",\"v\":10}\n{\"g\":\"a\",\"v\":null}\n{\"g\":\"a\",\"v\":2.0}\n"
        "{\"g\":\"a\",\"v\":2}\n{\"g\":\"c\"}\n{\"g\":null,\"v\":1}\n");
    const RelationId out = plan.group_by(in, {"g"},
                                         {{"rows", "count(*)"},
                                          {"n", "count(v)"},
                                          {"sum", "sum(v)"},
                                          {"avg", "avg(v)"},
                                          {"min", "min(v)"},
                                          {"max", "max(v)"},
                                          {"first", "first(v)"},
                                          {"last", "last(v)"},
                                          {"distinct", "count_distinct(v)"}});
    EXPECT_THAT(plan.run(out).rows, ElementsAre("\"a\" 4 3 14.0 4.666666666666667 2.0 10 10 2 2",
                                                "\"b\" 1 1 1.5 1.5 1.5 1.5 1.5 1.5 1", "\"c\" 1 0 - - - - - - 0"));
}

TEST(RelationalGroup, SumsOfIntegersStayIntegersOfAnySize) {
    PlanCase plan;
    const RelationId in = plan.source("in",
                                      "{\"g\":1,\"v\":170141183460469231731687303715884105727}\n{\"g\":1,\"v\":1}\n{"
                                      "\"g\":2,\"v\":0.1}\n{\"g\":2,\"v\":0.2}\n");
    const RelationId out = plan.group_by(in, {"g"}, {{"s", "sum(v)"}, {"m", "max(v)"}});
    EXPECT_THAT(
        plan.run(out).rows,
        ElementsAre("1 170141183460469231731687303715884105728 170141183460469231731687303715884105727", "2 0.3 0.2"));
}

TEST(RelationalGroup, SumsCanBeComputedOn) {
    PlanCase plan;
    const RelationId in =
        plan.source("in", "{\"g\":1,\"v\":9223372036854775807}\n{\"g\":1,\"v\":1}\n{\"g\":2,\"v\":3}\n");
    const RelationId sums = plan.group_by(in, {"g"}, {{"s", "sum(v)"}});
    EXPECT_THAT(plan.run(plan.select(sums, {{"d", "s + 1"}})).rows, ElementsAre("9223372036854775809", "4"));
    const RelationId fractions = plan.source("fractions", "{\"g\":1,\"v\":1.5}\n{\"g\":2,\"v\":3}\n");
    const RelationId doubles = plan.group_by(fractions, {"g"}, {{"s", "sum(v)"}});
    EXPECT_THAT(plan.run(plan.filter(doubles, "s > 2.5")).rows, ElementsAre("2 3"));
}

TEST(RelationalGroup, ComputedArguments) {
    PlanCase plan;
    const RelationId in = plan.source(
        "in", "{\"g\":1,\"a\":1,\"b\":\"x\"}\n{\"g\":1,\"a\":2,\"b\":\"Y\"}\n{\"g\":1,\"a\":2,\"b\":\"y\"}\n");
    const RelationId out = plan.group_by(
        in, {"g"},
        {{"s", "sum(a * 2)"}, {"m", "avg(a / 4)"}, {"d", "count_distinct(lower(b))"}, {"f", "max(upper(b))"}});
    EXPECT_THAT(plan.run(out).rows, ElementsAre("1 10 0.4166666666666667 2 \"Y\""));
}

TEST(RelationalGroup, MissingColumnsAreNullAndMeanGapIsEmpty) {
    PlanCase plan;
    const RelationId in = plan.source("in", "{\"g\":1}\n");
    const CaseResult nulls = plan.run(plan.group_by(in, {"g"}, {{"a", "avg(v)"}, {"n", "count(v)"}, {"m", "min(v)"}}));
    EXPECT_THAT(nulls.rows, ElementsAre("1 - - -"));
    EXPECT_EQ(nulls.warnings.size(), 3U);
    EXPECT_THAT(nulls.warnings[0], HasSubstr("there is no column 'v'; the result is null in each group"));
    const CaseResult gap = plan.run(plan.group_by(in, {"g"}, {{"a", "mean_gap(v)"}}));
    EXPECT_EQ(gap.text(), "");
    EXPECT_THAT(gap.columns, ElementsAre("g", "a:duration"));
}

TEST(RelationalGroup, WhatIsNoNumberIsRefusedAtItsPlace) {
    PlanCase plan;
    const RelationId in =
        plan.source("in", "{\"g\":1,\"v\":1,\"t\":\"2\",\"e\":1}\n{\"g\":1,\"v\":true,\"e\":1e10001}\n");
    const CaseResult mixed = plan.run(plan.group_by(in, {"g"}, {{"s", "sum(v)"}}));
    EXPECT_EQ(mixed.error_kind, ErrorKind::data);
    EXPECT_EQ(mixed.error_code, "not_a_number");
    EXPECT_THAT(mixed.error, HasSubstr("in.jsonl:2"));
    EXPECT_THAT(plan.run(plan.group_by(in, {"g"}, {{"s", "avg(t)"}})).error, HasSubstr("in.jsonl:1"));
    const CaseResult huge = plan.run(plan.group_by(in, {"g"}, {{"s", "sum(e)"}}));
    EXPECT_EQ(huge.error_code, "exponent_too_large");
    EXPECT_THAT(huge.error, HasSubstr("in.jsonl:2"));
    EXPECT_THAT(plan.run(plan.group_by(in, {"g"}, {{"s", "mean_gap(t)"}})).error, HasSubstr("types: {t: timestamp}"));
    EXPECT_EQ(plan.run(plan.group_by(in, {"g"}, {{"s", "sum(CAST(t AS INTEGER))"}})).text(), "1 2");
}

TEST(RelationalGroup, TimesAreTimes) {
    DeclaredTypes types;
    types["t"] = {Type::timestamp, {}};
    PlanCase plan;
    const RelationId in =
        plan.source("in",
                    "{\"u\":1,\"t\":\"2024-01-01T00:00:00Z\"}\n{\"u\":1,\"t\":null}\n{\"u\":2}\n"
                    "{\"u\":1,\"t\":\"2024-01-01 07:00:10+07:00\"}\n{\"u\":1,\"t\":\"2023-12-31T23:59:59.5\"}\n",
                    types);
    const CaseResult result = plan.run(plan.group_by(in, {"u"}, {{"gap", "mean_gap(t)"}}));
    EXPECT_THAT(result.columns, ElementsAre("u", "gap:duration"));
    EXPECT_THAT(result.rows, ElementsAre("1 -166666667"));
    const CaseResult ends = plan.run(plan.group_by(in, {"u"}, {{"min", "min(t)"}, {"max", "max(t)"}}));
    EXPECT_THAT(ends.columns, ElementsAre("u", "min:timestamp", "max:timestamp"));
    EXPECT_THAT(ends.rows, ElementsAre(R"(1 "2023-12-31T23:59:59.5" "2024-01-01 07:00:10+07:00")", "2 - -"));
    EXPECT_THAT(plan.run(plan.sort(in, {"-t"})).rows,
                ElementsAre(R"(1 "2024-01-01 07:00:10+07:00")", R"(1 "2024-01-01T00:00:00Z")",
                            R"(1 "2023-12-31T23:59:59.5")", "1 -", "2 -"));
}

TEST(RelationalGroup, OrderComesFromTheJoin) {
    PlanCase plan;
    const RelationId left = plan.source("left", "{\"k\":1,\"a\":1}\n{\"k\":1,\"a\":2}\n");
    const RelationId right = plan.source("right", "{\"k\":1,\"b\":3}\n{\"k\":1,\"b\":4}\n");
    const RelationId joined = plan.join(left, right, {"k"});
    EXPECT_EQ(
        plan.run(plan.group_by(joined, {"k"}, {{"f", "first(b)"}, {"l", "last(b)"}, {"m", "max(a)"}, {"s", "sum(b)"}}))
            .text(),
        "1 3 4 2 14");
    const RelationId sorted = plan.sort(joined, {"-b"});
    EXPECT_EQ(plan.run(plan.group_by(sorted, {"k"}, {{"f", "first(b)"}, {"l", "last(b)"}})).text(), "1 4 3");
}

TEST(RelationalGroup, NoRows) {
    PlanCase plan;
    const RelationId in = plan.source("in", "");
    EXPECT_EQ(plan.run(plan.count_by(in, {"a"})).text(), "");
    EXPECT_EQ(plan.run(plan.group_by(in, {"a"}, {{"s", "sum(x + 1)"}})).text(), "");
}

}  // namespace
}  // namespace sluice::test
