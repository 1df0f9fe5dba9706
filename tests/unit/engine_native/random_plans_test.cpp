// Random small tables and plans against the naive evaluator, with several threads and block sizes.
#include <gtest/gtest.h>

#include <random>

#include "engine_run.hpp"
#include "naive_evaluator.hpp"
#include "support/memory_source.hpp"

namespace sluice::test {
namespace {

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(engine_); }
    bool chance(std::size_t percent) { return below(100) < percent; }
    const std::string& pick(const std::vector<std::string>& values) { return values[below(values.size())]; }

private:
    std::mt19937 engine_;
};

const std::vector<std::string> kKeys = {"1",          "1.0",  "10e-1", "\"1\"",  "\"a\"", "\"\\u0061\"",
                                        "null",       "true", "2",     "[1, 2]", "[1,2]", "\"\\u00e4\"",
                                        "\"\u00e4\"", "-0.0", "0",     "1e30"};
const std::vector<std::string> kNumbers = {"1", "2.50", "-3", "null", "1e3", "123456789012345678901234567890", "0.1"};
const std::vector<std::string> kTimes = {"\"2024-01-02T03:04:05\"", "\"2024-01-02 03:04:05.000001Z\"", "null",
                                         "\"2023-12-31T23:00:00+05:30\"", "\"2024-02-29\\u005400:00:00\""};

// Columns of one side. The later ones come only after some rows, and some names are on both sides.
NaiveTable random_table(Random& random, const std::string& own) {
    NaiveTable table;
    const std::size_t rows = random.below(12);
    const std::size_t late_from = random.below(14);
    const bool has_key = !random.chance(5);
    const bool shares_early = random.chance(50);
    const bool shares_late = random.chance(40);
    for (std::size_t row = 0; row < rows; ++row) {
        std::vector<std::pair<std::string, std::string>> values;
        const auto add = [&](const std::string& name, const std::vector<std::string>& pool) {
            if (!random.chance(15)) values.emplace_back(name, random.pick(pool));
        };
        if (random.chance(50)) add("group " + own, kKeys);
        if (has_key) add("k", kKeys);
        add("number " + own, kNumbers);
        add("time", kTimes);
        if (shares_early) add("both", kKeys);
        if (row >= late_from) {
            add("late " + own, kKeys);
            if (shares_late) add("number", kNumbers);
            if (random.chance(20)) add("later \"" + own + "\"", kKeys);
        }
        // Names in any order.
        if (random.chance(30)) std::reverse(values.begin(), values.end());
        table.add(values);
    }
    return table;
}

std::vector<NativeAggregate> random_aggregates(Random& random) {
    const std::vector<std::string> keys = {"k",      "group l", "group r", "both",  "both_x",
                                           "both_y", "late l",  "late r",  "time_x"};
    const std::vector<std::string> numbers = {"number l", "number r", "number", "number_x", "number_y"};
    const std::vector<std::string> times = {"time_x", "time_y", "time"};
    const std::vector<std::string> all = {"k", "group r", "both_x", "late r", "time_x", "number_y", "number l"};
    std::vector<NativeAggregate> aggregates;
    for (int count = 0; count < 4; ++count) aggregates.push_back(count_by(random.pick(keys)));
    for (int count = 0; count < 4; ++count) {
        std::vector<NativeMeasure> measures;
        for (std::size_t index = random.below(3) + 1; index > 0; --index) {
            if (random.chance(25)) {
                measures.push_back({"c", AggregateFunction::count, random.pick(all), ""});
            } else {
                const auto function = random.chance(50) ? AggregateFunction::sum : AggregateFunction::avg;
                measures.push_back({"n", function, random.pick(numbers), ""});
            }
        }
        if (random.chance(20)) measures.push_back({"rows", AggregateFunction::count_rows, "", ""});
        aggregates.push_back(group_by(random.pick(keys), std::move(measures)));
    }
    for (int count = 0; count < 3; ++count) {
        aggregates.push_back(
            group_by(random.pick(keys), {{"gap", AggregateFunction::mean_gap, random.pick(times), ""}}));
    }
    return aggregates;
}

DeclaredTypes times_declared() { return {{"time", {Type::timestamp, {}}}}; }

std::vector<std::string> expected_report(const NaiveTable& table, const NativeAggregate& aggregate) {
    return naive_aggregate(table, aggregate);
}

void check_join(unsigned seed, int threads, std::size_t rows_per_block) {
    Random random(seed);
    const NaiveTable left = random_table(random, "l");
    const NaiveTable right = random_table(random, "r");
    const std::vector<NativeAggregate> aggregates = random_aggregates(random);
    const std::optional<NaiveTable> joined = naive_join(left, right, "k");

    const MemorySource left_source("left", left.text, rows_per_block, times_declared());
    const MemorySource right_source("right", right.text, rows_per_block, times_declared());
    NativeEngine engine({threads, nullptr});
    const auto left_id = engine.add_source(left_source, nullptr);
    const auto right_id = engine.add_source(right_source, nullptr);
    const auto join = engine.add_join(left_id, right_id, join_on("k", "k"));
    std::vector<NativeEngine::AggregateId> ids;
    for (const NativeAggregate& aggregate : aggregates) ids.push_back(engine.add_aggregate(join, aggregate));
    const auto pairs_id = engine.add_pairs(join, kJsonLayout, {});
    ASSERT_TRUE(engine.scan().has_value());

    // The inputs can be such that the engine must refuse: keys that are all text on one side and all numbers on the
    // other.
    const auto first = engine.aggregate(ids[0]);
    if (!first && first.error().code == "join_kinds") return;
    ASSERT_TRUE(joined.has_value());
    for (std::size_t index = 0; index < ids.size(); ++index) {
        EXPECT_EQ(report_of(engine, ids[index]), expected_report(*joined, aggregates[index]))
            << "by " << aggregates[index].key << ", " << aggregates[index].measures.front().column;
    }
    MemorySink sink;
    const auto written = engine.write_pairs(pairs_id, sink, nullptr);
    ASSERT_TRUE(written.has_value()) << written.error().message;
    EXPECT_EQ(sink.bytes(), naive_json(*joined));
    EXPECT_TRUE(sink.each_byte_once());
    EXPECT_EQ(written->rows, joined->rows.size());
    EXPECT_LE(left_source.finished_scans(), 2);
    EXPECT_LE(right_source.finished_scans(), 2);
}

void check_source(unsigned seed, int threads, std::size_t rows_per_block) {
    Random random(seed);
    const NaiveTable table = random_table(random, "l");
    const MemorySource source("left", table.text, rows_per_block, times_declared());
    NativeEngine engine({threads, nullptr});
    const auto input = engine.add_source(source, nullptr);
    const std::vector<NativeAggregate> aggregates = random_aggregates(random);
    std::vector<NativeEngine::AggregateId> ids;
    for (const NativeAggregate& aggregate : aggregates) ids.push_back(engine.add_aggregate(input, aggregate));
    ASSERT_TRUE(engine.scan().has_value());
    for (std::size_t index = 0; index < ids.size(); ++index) {
        EXPECT_EQ(report_of(engine, ids[index]), expected_report(table, aggregates[index]))
            << "by " << aggregates[index].key;
    }
    EXPECT_EQ(source.finished_scans(), 1);
}

TEST(NativeEngineRandom, JoinsAgreeWithNestedLoops) {
    for (unsigned seed = 1; seed <= 400 && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        check_join(seed, 1, 100);
        check_join(seed, 4, 1);
        check_join(seed, 2, 1 + seed % 4);
    }
}

TEST(NativeEngineRandom, SingleSourcesAgreeWithLoops) {
    for (unsigned seed = 1; seed <= 200 && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        check_source(seed, 1, 100);
        check_source(seed, 4, 1 + seed % 3);
    }
}

}  // namespace
}  // namespace sluice::test
