// union, unnest, dedupe, derive, rename, drop, cast, fill, mask.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plan_relational/plan_case.hpp"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Location at(std::uint32_t line) { return {"config.yaml", line, 1}; }
SelectColumn computed(std::string name, std::string expression) {
    return {std::move(name), Expression{std::move(expression), at(9)}, at(9)};
}

TEST(Union, PutsColumnsTogetherByName) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"x\":1.50,\"y\":1}\n{\"y\":2}\n");
    const RelationId b = plan.source("b", "{\"z\":\"w\",\"x\":null}\n");
    const CaseResult result = plan.run(plan.step("all", UnionNode{{a, b, a}, at(9)}));
    EXPECT_THAT(result.columns, ElementsAre("x", "y", "z"));
    EXPECT_THAT(result.rows, ElementsAre("1.50 1 -", "- 2 -", "- - \"w\"", "1.50 1 -", "- 2 -"));
    EXPECT_EQ(result.counts.at(0).rows_in, (std::vector<std::uint64_t>{2, 1, 2}));
    EXPECT_EQ(result.counts.at(0).rows_out, 5U);
}

// Ten relations lie between, so that the table of one is the beginning of the other's name.
TEST(Union, AFaultIsFoundInTheInputThatHasIt) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"x\":\"1\"}\n{\"x\":\"2\"}\n");
    RelationId last = plan.source("b", "{\"x\":\"3\"}\n{\"x\":\"oops\"}\n{\"x\":\"bad\"}\n");
    for (int step = 0; step < 10; ++step) last = plan.step("b" + std::to_string(step), DropNode{last, {}});
    const RelationId all = plan.step("all", UnionNode{{a, last}, at(9)});
    const CaseResult result = plan.run(plan.step("cast", CastNode{all, {{{"x", at(9)}, {Type::number, {}}}}, false}));
    EXPECT_THAT(result.error, HasSubstr("b.jsonl:2"));
    EXPECT_THAT(result.error, HasSubstr("\"oops\" is not a number"));
}

TEST(Union, RefusesTimesAmongTexts) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"t\":\"2026-01-01 00:00:00\"}\n", {{"t", {Type::timestamp, {}}}});
    const RelationId b = plan.source("b", "{\"t\":\"x\"}\n");
    const RelationId none = plan.source("none", "{\"t\":null}\n");
    EXPECT_EQ(plan.run(plan.step("all", UnionNode{{a, b}, at(9)})).error_code, "union_kinds");
    EXPECT_THAT(plan.run(plan.step("some", UnionNode{{none, a}, at(9)})).columns, ElementsAre("t:timestamp"));
}

TEST(Unnest, CountsWhatItMakes) {
    PlanCase plan;
    const RelationId a =
        plan.source("a", "{\"i\":1,\"l\":[ 2.50,\"x\" ]}\n{\"i\":2,\"l\":[]}\n{\"i\":3}\n{\"i\":4,\"l\":[null]}\n");
    const CaseResult result = plan.run(plan.step("u", UnnestNode{a, {"l", at(9)}, "e", false}));
    EXPECT_THAT(result.columns, ElementsAre("i", "e"));
    EXPECT_THAT(result.rows, ElementsAre("1 2.50", "1 \"x\"", "4 -"));
    EXPECT_EQ(result.counts.at(0).filtered, 2U);
    EXPECT_EQ(result.counts.at(0).fan_out, 1U);
    const CaseResult kept = plan.run(plan.step("k", UnnestNode{a, {"l", at(9)}, "l", true}));
    EXPECT_THAT(kept.rows, ElementsAre("1 2.50", "1 \"x\"", "2 -", "3 -", "4 -"));
    EXPECT_EQ(kept.counts.at(0).filtered, 0U);
}

TEST(Unnest, MixedElementsAreRefusedWhereTheyAreComputedOn) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"l\":[1]}\n{\"l\":[\"x\"]}\n");
    const RelationId elements = plan.step("u", UnnestNode{a, {"l", at(9)}, "l", false});
    const CaseResult result = plan.run(plan.step("d", DeriveNode{elements, {computed("m", "l + 1")}}));
    EXPECT_THAT(result.error, HasSubstr("a number at a.jsonl:1, text at a.jsonl:2"));
}

TEST(Dedupe, CountsWhatItLeavesOut) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"k\":1,\"v\":1}\n{\"k\":1.0,\"v\":2}\n{\"v\":3}\n{\"v\":4}\n");
    const CaseResult first = plan.run(plan.step("f", DedupeNode{a, {{"k", at(9)}}, false}));
    EXPECT_THAT(first.rows, ElementsAre("1 1", "- 3", "- 4"));
    EXPECT_EQ(first.counts.at(0).deduplicated, 1U);
    EXPECT_THAT(plan.run(plan.step("l", DedupeNode{a, {{"k", at(9)}}, true})).rows, ElementsAre("1.0 2", "- 3", "- 4"));
}

TEST(Derive, SeesTheInputOnly) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"n\":1,\"c\":1e400}\n");
    const CaseResult result =
        plan.run(plan.step("d", DeriveNode{a, {computed("n", "n + 1"), computed("old", "n"), computed("d", "c")}}));
    EXPECT_THAT(result.columns, ElementsAre("n", "c", "old", "d"));
    EXPECT_THAT(result.rows, ElementsAre("2 1e400 1 1e400"));
    EXPECT_EQ(plan.run(plan.step("e", DeriveNode{a, {computed("x", "old + 1")}})).error_code, "no_column");
}

TEST(Rename, RefusesTwoColumnsOfOneName) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"x\":1,\"y\":2}\n");
    const auto to = [&](std::string from, std::string name) {
        return RenamedColumn{{std::move(from), at(9)}, std::move(name), at(9)};
    };
    EXPECT_THAT(plan.run(plan.step("s", RenameNode{a, {to("x", "y"), to("y", "x")}})).columns, ElementsAre("y", "x"));
    EXPECT_EQ(plan.run(plan.step("c", RenameNode{a, {to("x", "y")}})).error_code, "name_clash");
    EXPECT_EQ(plan.run(plan.step("m", RenameNode{a, {to("z", "w")}})).error_code, "no_column");
}

TEST(Cast, SaysHowManyBecameNull) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"x\":\"1.50\"}\n{\"x\":\"y\"}\n{\"x\":null}\n{\"x\":true}\n");
    const CaseResult result = plan.run(plan.step("c", CastNode{a, {{{"x", at(9)}, {Type::number, {}}}}, true}));
    EXPECT_THAT(result.rows, ElementsAre("1.50", "-", "-", "-"));
    ASSERT_FALSE(result.warnings.empty());
    EXPECT_THAT(
        result.warnings[0],
        HasSubstr("column 'x': 2 of its values are no number and became null; the first is \"y\", at a.jsonl:2"));
}

TEST(Cast, TimesHaveTheNotationThatTheCastSays) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"e\":1700000000250,\"d\":\"15/11/2023\"}\n{\"e\":null}\n");
    const DeclaredType epoch{.type = Type::timestamp, .notation = {.format = "epoch_ms"}};
    const DeclaredType day{.type = Type::timestamp, .notation = {.timezone = "Asia/Jakarta", .format = "%d/%m/%Y"}};
    const RelationId typed = plan.step("t", CastNode{a, {{{"e", at(9)}, epoch}, {{"d", at(9)}, day}}, false});
    const RelationId used = plan.step("u", DeriveNode{typed, {computed("gap", "e - d < INTERVAL 1 DAY")}});
    EXPECT_THAT(plan.run(used).rows, ElementsAre("1700000000250 \"15/11/2023\" true", "- - -"));
    const RelationId filled = plan.step("f", FillNode{typed, {{{"e", at(9)}, "0"}}});
    EXPECT_THAT(plan.run(filled).rows, ElementsAre("1700000000250 \"15/11/2023\"", "0 -"));
    EXPECT_EQ(plan.run(plan.step("g", FillNode{typed, {{{"e", at(9)}, "\"1970\""}}})).error_code, "fill_kind");
    EXPECT_THAT(
        plan.run(plan.step("c", CastNode{typed, {{{"e", at(9)}, day}}, false})).error,
        HasSubstr("holds times as epoch_ms already, so it cannot be read as times as %d/%m/%Y of Asia/Jakarta"));
    EXPECT_EQ(plan.run(plan.step("n", UnionNode{{typed, a}, at(9)})).error_code, "union_kinds");
}

TEST(Fill, AComputedColumnTakesAnyConstant) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"n\":1}\n{\"n\":null}\n");
    const RelationId doubled = plan.step("d", DeriveNode{a, {computed("m", "n * 2")}});
    const RelationId filled = plan.step("f", FillNode{doubled, {{{"m", at(9)}, "0.5"}}});
    EXPECT_THAT(plan.run(plan.step("e", DeriveNode{filled, {computed("s", "m + 1")}})).rows,
                ElementsAre("1 2 3.0", "- 0.5 1.5"));
    const RelationId mixed = plan.step("g", FillNode{a, {{{"n", at(9)}, "\"none\""}}});
    EXPECT_THAT(plan.run(plan.step("h", DeriveNode{mixed, {computed("s", "n + 1")}})).error, HasSubstr("mixes kinds"));
}

TEST(Mask, TheKeyIsInNoMessage) {
    PlanCase plan;
    const RelationId a = plan.source("a", "{\"e\":\"a@b.example\",\"c\":\"12345678\"}\n{\"e\":null}\n");
    const MaskNode mask{a, {{{"e", at(9)}, MaskMethod::hmac}, {{"c", at(9)}, MaskMethod::last4}}, Secret("Jefe")};
    const RelationId masked = plan.step("m", mask);
    EXPECT_THAT(
        plan.run(masked).rows,
        ElementsAre("\"88d8e93d841491c2f8f31f818bfc627022ceb8486f068517f0803dd8c7f5dad4\" \"****5678\"", "- -"));
    const CaseResult failed = plan.run(plan.step("d", DeriveNode{masked, {computed("x", "CAST(e AS INTEGER)")}}));
    EXPECT_THAT(failed.error, HasSubstr("Could not convert"));
    EXPECT_THAT(failed.error, testing::Not(HasSubstr("Jefe")));
}

}  // namespace
}  // namespace sluice::test
