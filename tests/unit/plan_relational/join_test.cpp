#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plan_relational/plan_case.hpp"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kLeft =
    "{\"k\":1,\"a\":\"p\",\"v\":1.50}\n"
    "{\"k\":\"1\",\"a\":\"q\"}\n"
    "{\"a\":\"r\",\"k\":null}\n"
    "{\"k\":1e0,\"a\":\"s\",\"v\":1e400}\n"
    "{\"k\":9007199254740993,\"a\":\"t\"}\n"
    "{\"k\":7,\"a\":\"u\",\"v\":[1,  2]}\n";
constexpr const char* kRight =
    "{\"k\":9007199254740992,\"v\":\"w\"}\n"
    "{\"k\":1.0,\"v\":\"x\"}\n"
    "{\"k\":null,\"v\":\"y\"}\n"
    "{\"k\":\"1\",\"v\":\"z\"}\n"
    "{\"k\":1,\"v\":\"\\u0041\"}\n";

CaseResult joined(JoinKind how) {
    PlanCase plan;
    const RelationId left = plan.source("left", kLeft);
    const RelationId right = plan.source("right", kRight);
    return plan.run(plan.join(left, right, {"k"}, how));
}

TEST(RelationalJoin, InnerKeepsInputOrderAndTokens) {
    const CaseResult result = joined(JoinKind::inner);
    EXPECT_THAT(result.columns, ElementsAre("k", "a", "v_x", "v_y"));
    EXPECT_THAT(result.rows, ElementsAre(R"(1 "p" 1.50 "x")", R"(1 "p" 1.50 "\u0041")", R"("1" "q" - "z")",
                                         R"(1e0 "s" 1e400 "x")", R"(1e0 "s" 1e400 "\u0041")"));
    ASSERT_EQ(result.counts.size(), 1U);
    EXPECT_EQ(result.counts[0].rows_in, (std::vector<std::uint64_t>{6, 5}));
    EXPECT_EQ(result.counts[0].rows_out, 5U);
    EXPECT_EQ(result.counts[0].unmatched_left, 3U);
    EXPECT_EQ(result.counts[0].unmatched_right, 2U);
}

TEST(RelationalJoin, OuterJoinsKeepWhatHasNoMatch) {
    EXPECT_THAT(joined(JoinKind::left).rows,
                ElementsAre(R"(1 "p" 1.50 "x")", R"(1 "p" 1.50 "\u0041")", R"("1" "q" - "z")", R"(- "r" - -)",
                            R"(1e0 "s" 1e400 "x")", R"(1e0 "s" 1e400 "\u0041")", R"(9007199254740993 "t" - -)",
                            R"(7 "u" [1, 2] -)"));
    EXPECT_THAT(joined(JoinKind::right).rows,
                ElementsAre(R"(1 "p" 1.50 "x")", R"(1 "p" 1.50 "\u0041")", R"("1" "q" - "z")", R"(1e0 "s" 1e400 "x")",
                            R"(1e0 "s" 1e400 "\u0041")", R"(9007199254740992 - - "w")", R"(- - - "y")"));
    EXPECT_THAT(joined(JoinKind::full).rows,
                ElementsAre(R"(1 "p" 1.50 "x")", R"(1 "p" 1.50 "\u0041")", R"("1" "q" - "z")", R"(- "r" - -)",
                            R"(1e0 "s" 1e400 "x")", R"(1e0 "s" 1e400 "\u0041")", R"(9007199254740993 "t" - -)",
                            R"(7 "u" [1, 2] -)", R"(9007199254740992 - - "w")", R"(- - - "y")"));
}

TEST(RelationalJoin, SemiAndAntiGiveLeftRows) {
    const CaseResult semi = joined(JoinKind::semi);
    EXPECT_THAT(semi.columns, ElementsAre("k", "a", "v"));
    EXPECT_THAT(semi.rows, ElementsAre(R"(1 "p" 1.50)", R"("1" "q" -)", R"(1e0 "s" 1e400)"));
    EXPECT_THAT(joined(JoinKind::anti).rows, ElementsAre(R"(- "r" -)", R"(9007199254740993 "t" -)", R"(7 "u" [1, 2])"));
}

TEST(RelationalJoin, SeveralKeysOfOtherNames) {
    PlanCase plan;
    const RelationId left = plan.source(
        "left", "{\"a\":1,\"b\":\"x\",\"n\":1}\n{\"a\":1,\"b\":null,\"n\":2}\n{\"a\":2,\"b\":\"x\",\"n\":3}\n");
    const RelationId right =
        plan.source("right", "{\"c\":2,\"b\":\"x\",\"m\":4}\n{\"c\":1,\"b\":\"x\",\"m\":5}\n{\"c\":1,\"m\":6}\n");
    const CaseResult result = plan.run(plan.join(left, right, {"a=c", "b"}));
    EXPECT_THAT(result.columns, ElementsAre("a", "b", "n", "m"));
    EXPECT_THAT(result.rows, ElementsAre(R"(1 "x" 1 5)", R"(2 "x" 3 4)"));
}

TEST(RelationalJoin, JoinsOfJoinsKeepTheOrderOfEachStep) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"k\":2}\n{\"k\":1}\n");
    const RelationId b = plan.source("b", "{\"k\":3,\"b\":1}\n{\"k\":1,\"b\":2}\n{\"k\":4,\"b\":3}\n");
    const RelationId c =
        plan.source("c", "{\"k\":5,\"c\":1}\n{\"k\":4,\"c\":2}\n{\"k\":3,\"c\":3}\n{\"k\":3,\"c\":4}\n");
    const RelationId first = plan.join(a, b, {"k"}, JoinKind::full);
    EXPECT_THAT(plan.run(plan.join(first, c, {"k"}, JoinKind::full)).rows,
                ElementsAre("2 - -", "1 2 -", "3 1 3", "3 1 4", "4 3 2", "5 - 1"));
}

TEST(RelationalJoin, AMissingKeyMatchesNothing) {
    PlanCase plan;
    const RelationId left = plan.source("left", "{\"user\":1}\n");
    const RelationId right = plan.source("right", "{\"user_id\":1}\n");
    const RelationId id = plan.join(left, right, {"user=user_idd"}, JoinKind::left);
    const CaseResult result = plan.run(id);
    EXPECT_THAT(result.columns, ElementsAre("user", "user_id"));
    EXPECT_THAT(result.rows, ElementsAre("1 -"));
    EXPECT_THAT(result.warnings,
                ElementsAre("config.yaml:2:1: step 'joined': right: there is no column 'user_idd'; did "
                            "you mean 'user_id'?; the join matches nothing"));
}

TEST(RelationalJoin, TextNeverJoinsNumbers) {
    PlanCase plan;
    const RelationId left = plan.source("left", "{\"k\":null}\n{\"k\":1}\n");
    const RelationId right = plan.source("right", "{\"k\":\"1\"}\n");
    const CaseResult result = plan.run(plan.join(left, right, {"k"}));
    EXPECT_EQ(result.error_kind, ErrorKind::data);
    EXPECT_EQ(result.error_code, "join_kinds");
    EXPECT_THAT(result.error, HasSubstr("config.yaml:2:1: "));
    EXPECT_THAT(result.error, HasSubstr("left.jsonl:2"));
    EXPECT_THAT(result.error, HasSubstr("right.jsonl:1"));
}

TEST(RelationalJoin, ANameClashIsRefused) {
    PlanCase plan;
    const RelationId left = plan.source("left", "{\"k\":1,\"v\":1,\"v_x\":2}\n");
    const RelationId right = plan.source("right", "{\"k\":1,\"v\":1}\n");
    const CaseResult result = plan.run(plan.join(left, right, {"k"}));
    EXPECT_EQ(result.error_kind, ErrorKind::data);
    EXPECT_THAT(result.error, HasSubstr("v_x"));
}

TEST(RelationalSource, RowsWithoutColumnsAreRows) {
    PlanCase plan;
    const RelationId in = plan.source("in", "{}\n{}\n");
    EXPECT_EQ(plan.run(in).rows.size(), 2U);
    const RelationId carried = plan.source("carried", "{\"b\":1.50}\n{\"a\":[1,2],\"b\":null}\n");
    const CaseResult result = plan.run(carried);
    EXPECT_THAT(result.columns, ElementsAre("b", "a"));
    EXPECT_EQ(result.text(), "1.50 -\n- [1, 2]");
}

TEST(RelationalJoin, EmptyInputsGiveNoRows) {
    PlanCase plan;
    const RelationId left = plan.source("left", "");
    const RelationId right = plan.source("right", "{\"k\":1}\n");
    EXPECT_EQ(plan.run(plan.join(left, right, {"k"})).text(), "");
    EXPECT_EQ(plan.run(plan.join(left, right, {"k"}, JoinKind::full)).text(), "1");
}

}  // namespace
}  // namespace sluice::test
