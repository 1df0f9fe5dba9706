#include "pipeline/balance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

// left (10 rows) and right (6 rows), joined as `how`, then counted.
struct Books {
    LogicalPlan plan;
    RunReport report;

    explicit Books(JoinKind how = JoinKind::inner) {
        plan.sources = {"left", "right"};
        plan.relations.push_back({"left", {}, ScanNode{0}});
        plan.relations.push_back({"right", {}, ScanNode{1}});
        JoinNode join{.left = 0, .right = 1, .shape = {}, .key_locations = {}};
        join.shape.how = how;
        plan.relations.push_back({"joined", {}, join});
        plan.relations.push_back({"counts", {}, CountByNode{2, {"a"}, {{}}}});
        report.sources = {{.name = "left", .rows_read = 10, .rows = 10, .bad_rows = 0, .bytes = 0, .seconds = 0},
                          {.name = "right", .rows_read = 6, .rows = 6, .bad_rows = 0, .bytes = 0, .seconds = 0}};
    }
    StepCounts& step(const std::string& name, std::vector<std::uint64_t> in, std::uint64_t out) {
        report.steps.push_back({.step = name,
                                .rows_in = std::move(in),
                                .rows_out = out,
                                .filtered = 0,
                                .unmatched_left = 0,
                                .unmatched_right = 0,
                                .seconds = 0});
        return report.steps.back();
    }
    bool balance() { return check_balance(plan, report).has_value(); }
};

TEST(Balance, AJoinMayFanOutButNotBeyondItsPairs) {
    Books books;
    StepCounts& join = books.step("joined", {10, 6}, 12);
    join.unmatched_left = 6;
    join.unmatched_right = 2;  // 4 rows of each side match
    EXPECT_TRUE(books.balance());
    join.rows_out = 17;  // more than 4 x 4
    EXPECT_FALSE(books.balance());
    join.rows_out = 3;  // less than one for each matched row
    EXPECT_FALSE(books.balance());
}

TEST(Balance, OfStepsThatUniteUnnestAndDedupe) {
    Books books;
    books.plan.relations.push_back({"all", {}, UnionNode{{0, 1}, {}}});
    books.plan.relations.push_back({"items", {}, UnnestNode{0, {"l", {}}, "l", false}});
    books.plan.relations.push_back({"once", {}, DedupeNode{0, {{"k", {}}}, false}});
    books.step("all", {10, 6}, 16);
    StepCounts& items = books.step("items", {10}, 12);
    items.filtered = 3;
    items.fan_out = 5;
    EXPECT_TRUE(books.balance());
    StepCounts& once = books.step("once", {10}, 7);
    EXPECT_FALSE(books.balance());
    once.deduplicated = 3;
    EXPECT_TRUE(books.balance());
    books.report.steps[1].fan_out = 4;
    EXPECT_FALSE(books.balance());
    books.report.steps[1].fan_out = 5;
    books.report.steps[0].rows_out = 15;
    EXPECT_FALSE(books.balance());
}

TEST(Balance, ARowCannotMatchNothing) {
    Books books;
    StepCounts& join = books.step("joined", {10, 6}, 0);
    join.unmatched_left = 10;
    EXPECT_FALSE(books.balance());
    join.unmatched_right = 6;
    EXPECT_TRUE(books.balance());
}

TEST(Balance, OuterJoinsKeepTheirUnmatchedRows) {
    Books books(JoinKind::full);
    StepCounts& join = books.step("joined", {10, 6}, 16);
    join.unmatched_left = 10;
    join.unmatched_right = 6;
    EXPECT_TRUE(books.balance());
    join.rows_out = 15;
    EXPECT_FALSE(books.balance());
}

TEST(Balance, AStepTakesInWhatItsInputGave) {
    Books books;
    StepCounts& join = books.step("joined", {10, 6}, 12);
    join.unmatched_left = 6;
    join.unmatched_right = 2;
    books.step("counts", {12}, 3).filtered = 1;
    EXPECT_TRUE(books.balance());
    books.report.steps[1].rows_in = {11};
    const auto result = check_balance(books.plan, books.report);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::internal);
    EXPECT_THAT(result.error().message, testing::HasSubstr("'counts'"));
}

TEST(Balance, ASourceGivesOrKeepsEveryRowThatItRead) {
    Books books;
    SourceReport& left = books.report.sources[0];
    left.rows_read = 13;
    EXPECT_FALSE(books.balance());
    left.bad_rows = 3;
    EXPECT_FALSE(books.balance());  // and none of them kept
    left.bad_by_code = {{"truncated", 2}, {"bad_utf8", 1}};
    EXPECT_TRUE(books.balance());
    left.bad_by_code["truncated"] = 1;
    const auto result = check_balance(books.plan, books.report);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::internal);
    EXPECT_THAT(result.error().message, testing::HasSubstr("'left'"));
}

TEST(Balance, AnOutputHasTheRowsOfItsStep) {
    Books books;
    books.plan.outputs.push_back({});
    books.plan.outputs[0].from = 0;
    books.plan.outputs[0].format = "json";
    OutputReport output;
    output.rows = 10;
    books.report.outputs.push_back(output);
    EXPECT_TRUE(books.balance());
    books.report.outputs[0].rows = 9;
    EXPECT_FALSE(books.balance());
    books.plan.outputs[0].format = "json_object";  // a null key is no name
    EXPECT_TRUE(books.balance());
}

}  // namespace
}  // namespace sluice
