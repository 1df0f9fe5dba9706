#include "plan/physical.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

constexpr std::uint64_t kGiB = 1ULL << 30;

// Two sources, their join (2), and whatever a test adds.
LogicalPlan joined_plan(JoinKind how = JoinKind::inner) {
    LogicalPlan plan;
    plan.sources = {"activities", "logs"};
    plan.relations.push_back({"activities", {}, ScanNode{0}});
    plan.relations.push_back({"logs", {}, ScanNode{1}});
    JoinNode join{.left = 0, .right = 1, .shape = {}, .key_locations = {{}}};
    join.shape.how = how;
    join.shape.keys = {{"user_id", "user_id"}};
    plan.relations.push_back({"joined", {}, join});
    return plan;
}

RelationId add_output(LogicalPlan& plan, const std::string& name, Node node, const std::string& format) {
    plan.relations.push_back({name, {}, std::move(node)});
    LogicalOutput output;
    output.name = name;
    output.file = name + ".json";
    output.format = format;
    output.from = plan.relations.size() - 1;
    plan.outputs.push_back(output);
    return output.from;
}

void add_join_output(LogicalPlan& plan, const std::string& format) {
    LogicalOutput output;
    output.name = "joined";
    output.file = "joined." + format;
    output.format = format;
    output.from = 2;
    plan.outputs.push_back(output);
}

PlanLimits limits(std::uint64_t memory) {
    return {.source_bytes = {100 << 20, 100 << 20}, .memory_bytes = memory, .threads = 2};
}

RewriteSet all() { return RewriteSet{}; }

RewriteSet without(const std::string& name) { return *RewriteSet::without({name}); }

GroupByNode grouped(RelationId input, Aggregation function) {
    GroupByNode node{.input = input, .keys = {"k"}, .key_locations = {{}}, .aggregates = {}};
    node.aggregates.push_back({.name = "a", .function = function, .column = "x", .argument = {}, .location = {}});
    return node;
}

TEST(Physical, ReportsOverAJoinAndTheJoinItselfAreNative) {
    LogicalPlan plan = joined_plan();
    add_join_output(plan, "json");
    add_output(plan, "counts", CountByNode{2, {"action"}, {{}}}, "json_object");
    add_output(plan, "means", grouped(2, Aggregation::avg), "json_object");
    const PhysicalPlan physical = choose_physical(plan, limits(4 * kGiB), all());
    EXPECT_EQ(physical.outputs[0].strategy, Strategy::native_pairs);
    EXPECT_EQ(physical.outputs[1].strategy, Strategy::native_aggregate);
    EXPECT_EQ(physical.outputs[2].strategy, Strategy::native_aggregate);
    EXPECT_THAT(physical.native_sources, testing::ElementsAre(true, true));
    EXPECT_THAT(physical.relational_sources, testing::ElementsAre(false, false));
}

TEST(Physical, OtherShapesAreRelational) {
    LogicalPlan outer = joined_plan(JoinKind::left);
    add_join_output(outer, "json");
    EXPECT_EQ(choose_physical(outer, limits(4 * kGiB), all()).outputs[0].strategy, Strategy::relational);

    LogicalPlan plan = joined_plan();
    add_output(plan, "two_keys", CountByNode{2, {"a", "b"}, {{}, {}}}, "json");
    add_output(plan, "largest", grouped(2, Aggregation::max), "json");
    const RelationId filtered = add_output(plan, "filtered", FilterNode{0, {"x > 1", {}}}, "json");
    add_output(plan, "of_filtered", CountByNode{filtered, {"a"}, {{}}}, "json");
    for (const PhysicalOutput& output : choose_physical(plan, limits(4 * kGiB), all()).outputs)
        EXPECT_EQ(output.strategy, Strategy::relational) << output.output;
}

TEST(Physical, ASelfJoinIsRelational) {
    LogicalPlan plan = joined_plan();
    std::get<JoinNode>(plan.relations[2].node).right = 0;
    add_join_output(plan, "json");
    EXPECT_EQ(choose_physical(plan, limits(4 * kGiB), all()).outputs[0].strategy, Strategy::relational);
}

TEST(Physical, ARewriteThatIsOffSendsItsShapeToDuckdb) {
    LogicalPlan plan = joined_plan();
    add_join_output(plan, "json");
    add_output(plan, "counts", CountByNode{2, {"action"}, {{}}}, "json_object");
    const PhysicalPlan no_pairs = choose_physical(plan, limits(4 * kGiB), without("eager_serialisation"));
    EXPECT_EQ(no_pairs.outputs[0].strategy, Strategy::relational);
    EXPECT_EQ(no_pairs.outputs[1].strategy, Strategy::native_aggregate);
    const PhysicalPlan no_reports = choose_physical(plan, limits(4 * kGiB), without("eager_aggregation"));
    EXPECT_EQ(no_reports.outputs[0].strategy, Strategy::native_pairs);
    EXPECT_EQ(no_reports.outputs[1].strategy, Strategy::relational);
}

TEST(Physical, FormattedRowsGoFirstWhenMemoryIsShort) {
    LogicalPlan plan = joined_plan();
    add_join_output(plan, "json");
    add_output(plan, "counts", CountByNode{2, {"action"}, {{}}}, "json_object");
    const std::vector<bool> both{true, true};
    const std::uint64_t with_pairs = native_memory_estimate(both, true, limits(0));
    const std::uint64_t reports_only = native_memory_estimate(both, false, limits(0));
    ASSERT_LT(reports_only, with_pairs);

    const PhysicalPlan roomy = choose_physical(plan, limits(with_pairs), all());
    EXPECT_EQ(roomy.outputs[0].strategy, Strategy::native_pairs);
    const PhysicalPlan tight = choose_physical(plan, limits(with_pairs - 1), all());
    EXPECT_EQ(tight.outputs[0].strategy, Strategy::relational);
    EXPECT_EQ(tight.outputs[1].strategy, Strategy::native_aggregate);
    const PhysicalPlan starved = choose_physical(plan, limits(reports_only - 1), all());
    EXPECT_EQ(starved.outputs[0].strategy, Strategy::relational);
    EXPECT_EQ(starved.outputs[1].strategy, Strategy::relational);
    EXPECT_THAT(starved.native_sources, testing::ElementsAre(false, false));
}

TEST(Physical, RowsThatNoStepChangesAreWrittenFromTextsOnDiskWhenMemoryIsShort) {
    LogicalPlan plan = joined_plan();
    const RelationId sorted = add_output(plan, "sorted", SortNode{.input = 0, .keys = {{"x", false, {}}}}, "json");
    const RelationId filtered = add_output(plan, "filtered", FilterNode{sorted, {"x > 1", {}}}, "jsonl");
    add_output(plan, "as_csv", FilterNode{sorted, {"x > 1", {}}}, "csv");
    add_output(plan, "chosen", SelectNode{.input = sorted, .columns = {{"x", {}, {}}}}, "json");
    EXPECT_EQ(carried_scan(plan, filtered), RelationId{0});
    EXPECT_EQ(carried_scan(plan, 2), std::nullopt);

    const auto spooled = [&](std::uint64_t memory) {
        std::vector<bool> spools;
        for (const PhysicalOutput& output : choose_physical(plan, limits(memory), all()).outputs)
            spools.push_back(output.spools_rows && output.for_memory);
        return spools;
    };
    EXPECT_THAT(spooled(kGiB), testing::ElementsAre(false, false, false, false));
    EXPECT_THAT(spooled(kGiB / 8), testing::ElementsAre(true, true, false, false));
}

TEST(Physical, OnlyWhatAnOutputNeedsIsBehindIt) {
    LogicalPlan plan = joined_plan();
    const RelationId filtered = add_output(plan, "filtered", FilterNode{1, {"x > 1", {}}}, "json");
    EXPECT_THAT(relations_behind(plan, filtered), testing::ElementsAre(1, filtered));
    EXPECT_THAT(choose_physical(plan, limits(kGiB), all()).relational_sources, testing::ElementsAre(false, true));
}

}  // namespace
}  // namespace sluice
