// Groupings over a join must be the same with and without the joined rows; PlanCase::run() compares both.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "unit/plan_relational/plan_case.hpp"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kActivities =
    R"({"user": "a", "at": "2024-01-01T00:00:00Z", "action": "view"}
{"user": "b", "at": "2024-01-01T00:00:10Z", "action": "buy"}
{"user": "a", "at": "2024-01-01T00:01:00Z", "action": "view"}
{"user": null, "at": "2024-01-01T00:01:00Z", "action": "view"}
{"user": "nobody", "at": "2024-01-01T00:01:00Z", "action": "view"}
)";
constexpr const char* kRequests =
    R"({"user": "b", "path": "/x", "ms": 1.5}
{"user": "a", "path": "/x", "ms": 2}
{"user": "a", "path": "/y", "ms": null}
{"user": "a", "path": "/y", "ms": 4}
)";

DeclaredTypes times(const std::string& column) {
    DeclaredTypes types;
    types[column] = {.type = Type::timestamp};
    return types;
}

struct Joined {
    PlanCase plan;
    RelationId join = 0;

    explicit Joined(const std::string& left = kActivities, const std::string& right = kRequests,
                    DeclaredTypes left_types = times("at"), DeclaredTypes right_types = {}) {
        const RelationId activities = plan.source("activities", left, std::move(left_types));
        const RelationId requests = plan.source("requests", right, std::move(right_types));
        join = plan.join(activities, requests, {"user"});
    }
};

TEST(EagerGrouping, CountsEachRowOnceForEachPartner) {
    Joined joined;
    const CaseResult result = joined.plan.run(joined.plan.count_by(joined.join, {"action"}));
    EXPECT_THAT(result.rows, ElementsAre("\"view\" 6", "\"buy\" 1"));
}

TEST(EagerGrouping, FoldsTheOtherSideByKeyFirst) {
    Joined joined;
    const CaseResult result = joined.plan.run(
        joined.plan.group_by(joined.join, {"action"}, {{"n", "count(ms)"}, {"total", "sum(ms)"}, {"mean", "avg(ms)"}}));
    EXPECT_THAT(result.rows, ElementsAre("\"buy\" 1 1.5 1.5", "\"view\" 4 12 3.0"));
}

TEST(EagerGrouping, GapsFollowTheOrderOfJoinedRows) {
    Joined joined;
    const CaseResult result = joined.plan.run(joined.plan.group_by(joined.join, {"user"}, {{"gap", "mean_gap(at)"}}));
    EXPECT_THAT(result.rows, ElementsAre("\"a\" 10000000000", "\"b\" 0"));
}

TEST(EagerGrouping, HasTheBooksOfTheJoinItDoesNotMake) {
    Joined joined;
    const RelationId counted = joined.plan.count_by(joined.join, {"action"});
    const CaseResult result = joined.plan.run(counted, {});
    ASSERT_EQ(result.counts.size(), 2U);
    const StepCounts& join = result.counts[0];
    EXPECT_THAT(join.rows_in, ElementsAre(5U, 4U));
    EXPECT_EQ(join.rows_out, 7U);
    EXPECT_EQ(join.unmatched_left, 2U);
    EXPECT_EQ(join.unmatched_right, 0U);
    EXPECT_EQ(join.fan_out, 4U);
    EXPECT_THAT(result.counts[1].rows_in, ElementsAre(7U));
}

TEST(EagerGrouping, RefusesWhatTheJoinedRowsWouldBeRefusedFor) {
    Joined joined;
    const CaseResult text = joined.plan.run(joined.plan.group_by(joined.join, {"user"}, {{"total", "sum(action)"}}));
    EXPECT_EQ(text.error_code, "not_a_number");
    Joined undeclared(kActivities, kRequests, {});
    const CaseResult time =
        undeclared.plan.run(undeclared.plan.group_by(undeclared.join, {"user"}, {{"gap", "mean_gap(at)"}}));
    EXPECT_EQ(time.error_code, "time_needed");
}

TEST(EagerGrouping, NumbersTooLongForADecimalAreSummedExactly) {
    Joined joined("{\"user\": 1, \"x\": 123456789012345678901234567890}\n{\"user\": 1, \"x\": 1e-30}\n",
                  "{\"user\": 1}\n{\"user\": 1.0}\n", {});
    const CaseResult result = joined.plan.run(joined.plan.group_by(joined.join, {"user"}, {{"total", "sum(x)"}}));
    EXPECT_THAT(result.rows, ElementsAre("1 2.4691357802469136e+29"));
}

// ---- random tables

std::string random_rows(std::mt19937& random, std::string_view other_column) {
    const auto below = [&](unsigned count) { return static_cast<unsigned>(random() % count); };
    const std::vector<std::string> keys{"\"a\"", "\"b\"", "1", "1.0", "null", "\"c\"", "2e0", "[1]"};
    const std::vector<std::string> numbers{"1", "-2.50", "0.125", "null", "1e3", "999999999999", "0"};
    std::string text;
    for (unsigned row = 0; row < 40; ++row) {
        text += fmt::format("{{\"user\": {}, \"{}\": {}", keys[below(8)], other_column, keys[below(8)]);
        if (below(4) > 0) text += fmt::format(", \"x\": {}", numbers[below(7)]);
        if (below(4) > 0) text += fmt::format(", \"at\": \"2024-01-{:02}T00:00:{:02}Z\"", 1 + below(28), below(60));
        text += "}\n";
    }
    return text;
}

TEST(EagerGrouping, RandomTablesGiveTheSameWithAndWithoutTheJoinedRows) {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        std::mt19937 random(seed);
        Joined joined(random_rows(random, "g"), random_rows(random, "h"), times("at"), times("at"));
        for (const std::string key : {"user", "g", "h"}) {
            const RelationId all = joined.plan.group_by(joined.join, {key},
                                                        {{"n", "count(*)"},
                                                         {"nx", "count(x_x)"},
                                                         {"ny", "count(x_y)"},
                                                         {"sx", "sum(x_x)"},
                                                         {"sy", "sum(x_y)"},
                                                         {"ax", "avg(x_x)"},
                                                         {"ay", "avg(x_y)"}});
            EXPECT_GT(joined.plan.run(all).rows.size(), 2U);
            for (const std::string time : {"at_x", "at_y"}) {
                const RelationId gaps = joined.plan.group_by(joined.join, {key}, {{"gap", "mean_gap(" + time + ")"}});
                EXPECT_GT(joined.plan.run(gaps).rows.size(), 2U);
            }
        }
    }
}

}  // namespace
}  // namespace sluice::test
