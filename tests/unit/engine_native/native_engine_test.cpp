#include "engine/native/native_engine.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_run.hpp"
#include "support/memory_source.hpp"

namespace sluice::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One engine over two sources, joined on `user`.
struct TwoSources {
    TwoSources(std::string left_text, std::string right_text, DeclaredTypes left_types = {},
               DeclaredTypes right_types = {}, int threads = 1, std::size_t rows_per_block = 2)
        : left("activities", std::move(left_text), rows_per_block, std::move(left_types)),
          right("logs", std::move(right_text), rows_per_block, std::move(right_types)),
          engine({.threads = threads, .stop = nullptr}),
          left_id(engine.add_source(left, nullptr)),
          right_id(engine.add_source(right, nullptr)),
          join(engine.add_join(left_id, right_id, join_on("user", "user"))) {}

    // The message of what is refused when the report is asked for (or when the sources are read).
    std::string refusal(const NativeAggregate& aggregate) {
        const auto id = engine.add_aggregate(join, aggregate);
        if (const Result<> read = engine.scan(); !read) return read.error().message;
        const auto rows = engine.aggregate(id);
        if (rows) return "nothing was refused";
        EXPECT_EQ(rows.error().kind, ErrorKind::data);
        return rows.error().message;
    }
    std::string written(RowLayout layout, ValueStyle style = {}) {
        const auto id = engine.add_pairs(join, layout, style);
        EXPECT_TRUE(engine.scan().has_value());
        MemorySink sink;
        const auto pairs = engine.write_pairs(id, sink, nullptr);
        if (!pairs) return pairs.error().message;
        EXPECT_TRUE(sink.each_byte_once());
        return sink.bytes();
    }

    MemorySource left;
    MemorySource right;
    NativeEngine engine;
    NativeEngine::InputId left_id;
    NativeEngine::InputId right_id;
    NativeEngine::InputId join;
};

const DeclaredTypes kTimestamp = {{"at", {Type::timestamp, {}}}};

TEST(NativeEngine, CountsMostFrequentFirstWithTiesByKey) {
    TwoSources run(R"({"user": 1, "action": "b"}
{"user": 2, "action": "a"}
{"user": 1.0, "action": "c"}
{"user": null, "action": "d"}
{"action": "d"}
)",
                   R"({"user": 1}
{"user": 10e-1}
{"user": 2}
{"user": 3}
)");
    const auto id = run.engine.add_aggregate(run.join, count_by("action"));
    ASSERT_TRUE(run.engine.scan().has_value());
    EXPECT_THAT(report_of(run.engine, id), ElementsAre("\"b\" 2", "\"c\" 2", "\"a\" 1"));
    const std::vector<StepCounts> counts = run.engine.counts();
    ASSERT_EQ(counts.size(), 2U);
    EXPECT_EQ(counts[0].step, "joined");
    EXPECT_THAT(counts[0].rows_in, ElementsAre(5U, 4U));
    EXPECT_EQ(counts[0].rows_out, 5U);
    EXPECT_EQ(counts[0].unmatched_left, 2U);
    EXPECT_EQ(counts[0].unmatched_right, 1U);
    EXPECT_EQ(counts[1].step, "counts");
    EXPECT_THAT(counts[1].rows_in, ElementsAre(5U));
    EXPECT_EQ(counts[1].rows_out, 3U);
    EXPECT_EQ(counts[1].filtered, 0U);
}

TEST(NativeEngine, AKeyWrittenAsAnIntegerSomewhereKeepsItsDigits) {
    TwoSources run("{\"user\": 1e21}\n{\"user\": 1000000000000000000000}\n{\"user\": 1e22}\n",
                   "{\"user\": 1e21}\n{\"user\": 1e22}\n", {}, {}, 4, 1);
    const auto id = run.engine.add_aggregate(run.join, count_by("user"));
    ASSERT_TRUE(run.engine.scan().has_value());
    EXPECT_THAT(report_of(run.engine, id), ElementsAre("1000000000000000000000 2", "1e+22 1"));
}

TEST(NativeEngine, MeanGapFollowsTheOrderOfJoinedRows) {
    // Joined order of g: left 1 (rights 00:10, 00:20), then left 3 (the same two).
    TwoSources run(R"({"user": 1, "g": "x"}
{"user": 2, "g": "x"}
{"user": 1, "g": "x"}
)",
                   R"({"user": 1, "at": "2024-01-01T00:00:10"}
{"user": 1, "at": null}
{"user": 1, "at": "2024-01-01T00:00:20"}
)",
                   {}, kTimestamp);
    const auto id = run.engine.add_aggregate(run.join, group_by("g", {{"gap", AggregateFunction::mean_gap, "at", ""}}));
    ASSERT_TRUE(run.engine.scan().has_value());
    const auto rows = run.engine.aggregate(id);
    ASSERT_TRUE(rows.has_value());
    EXPECT_EQ((*rows)->columns()[1].meaning, Meaning::duration);
    EXPECT_THAT(lines_of(**rows), ElementsAre("\"x\" 2500000000"));
}

TEST(NativeEngine, NanosecondsCount) {
    TwoSources run(
        "{\"user\": 1, \"at\": \"2024-01-01T00:00:00.000000001\"}\n{\"user\": 1, \"at\": "
        "\"2024-01-01T00:00:00.000000007\"}\n",
        "{\"user\": 1}\n", {{"at", {Type::timestamp_ns, {}}}});
    const auto id =
        run.engine.add_aggregate(run.join, group_by("user", {{"gap", AggregateFunction::mean_gap, "at", ""}}));
    ASSERT_TRUE(run.engine.scan().has_value());
    EXPECT_THAT(report_of(run.engine, id), ElementsAre("1 3"));
}

TEST(NativeEngine, WritesTheJoinWithTimesAsAsked) {
    TwoSources run("{\"user\": 1, \"at\": \"1970-01-01T00:00:01.5\"}\n", "{\"user\": 1, \"at\": \"x\", \"n\": [1,2]}\n",
                   kTimestamp);
    EXPECT_EQ(run.written(kJsonLinesLayout, {TimestampStyle::epoch_ms, DurationStyle::text}),
              "{\"user\": 1, \"at_x\": 1500, \"at_y\": \"x\", \"n\": [1, 2]}\n");
}

TEST(NativeEngine, ASideThatOnlyHasTheKeyAddsNothing) {
    TwoSources run("{\"user\": 1}\n", "{\"user\": 1}\n{\"user\": 1}\n");
    EXPECT_EQ(run.written(kJsonLayout), "[\n  {\n    \"user\": 1\n  },\n  {\n    \"user\": 1\n  }\n]\n");
}

TEST(NativeEngine, ALateColumnIsNullBeforeWithoutASecondScan) {
    TwoSources run("{\"user\": 1}\n{\"user\": 1}\n{\"user\": 1, \"late\": 7}\n",
                   "{\"user\": 1}\n{}\n{\"user\": 1, \"later\": 8}\n");
    EXPECT_EQ(run.written(kJsonLinesLayout),
              "{\"user\": 1, \"late\": null, \"later\": null}\n{\"user\": 1, \"late\": null, \"later\": 8}\n"
              "{\"user\": 1, \"late\": null, \"later\": null}\n{\"user\": 1, \"late\": null, \"later\": 8}\n"
              "{\"user\": 1, \"late\": 7, \"later\": null}\n{\"user\": 1, \"late\": 7, \"later\": 8}\n");
    EXPECT_EQ(run.left.finished_scans(), 1);
    EXPECT_EQ(run.right.finished_scans(), 1);
}

TEST(NativeEngine, EveryLineMayBringAColumn) {
    std::string left;
    for (int row = 0; row < 5; ++row) left += fmt::format("{{\"user\": 1, \"c{}\": {}}}\n", row, row);
    TwoSources run(left, "{\"user\": 1}\n{\"user\": 1, \"d\": 0}\n");
    EXPECT_EQ(run.written(kJsonLinesLayout),
              R"({"user": 1, "c0": 0, "c1": null, "c2": null, "c3": null, "c4": null, "d": null}
{"user": 1, "c0": 0, "c1": null, "c2": null, "c3": null, "c4": null, "d": 0}
{"user": 1, "c0": null, "c1": 1, "c2": null, "c3": null, "c4": null, "d": null}
{"user": 1, "c0": null, "c1": 1, "c2": null, "c3": null, "c4": null, "d": 0}
{"user": 1, "c0": null, "c1": null, "c2": 2, "c3": null, "c4": null, "d": null}
{"user": 1, "c0": null, "c1": null, "c2": 2, "c3": null, "c4": null, "d": 0}
{"user": 1, "c0": null, "c1": null, "c2": null, "c3": 3, "c4": null, "d": null}
{"user": 1, "c0": null, "c1": null, "c2": null, "c3": 3, "c4": null, "d": 0}
{"user": 1, "c0": null, "c1": null, "c2": null, "c3": null, "c4": 4, "d": null}
{"user": 1, "c0": null, "c1": null, "c2": null, "c3": null, "c4": 4, "d": 0}
)");
    EXPECT_EQ(run.left.finished_scans(), 1);
}

TEST(NativeEngine, SaysWhenTheRowsToWriteTakeTooMuchMemory) {
    MemorySource left("activities", "{\"user\": 1, \"a\": 1}\n{\"user\": 1, \"a\": 1}\n", 1);
    MemorySource right("logs", "{\"user\": 1}\n", 1);
    const auto scanned = [&](std::uint64_t pairs_bytes) {
        NativeEngine engine({.threads = 1, .stop = nullptr, .pairs_bytes = pairs_bytes});
        const auto left_id = engine.add_source(left, nullptr);
        const auto join = engine.add_join(left_id, engine.add_source(right, nullptr), join_on("user", "user"));
        engine.add_pairs(join, kJsonLinesLayout, {});
        return engine.scan();
    };
    constexpr std::uint64_t kTextOfBoth = 2 * std::string_view(R"("user": 1, "a": 1)").size();
    EXPECT_TRUE(scanned(kTextOfBoth).has_value());
    const Result<> refused = scanned(kTextOfBoth - 1);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, kNoRoomForFragments);
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr("config.yaml:10:5"), HasSubstr("'joined'")));
}

TEST(NativeEngine, ALateColumnThatRenamesOthersIsReadTwice) {
    TwoSources run("{\"user\": 1, \"a\": 1}\n", "{\"user\": 1}\n{\"user\": 1}\n{\"user\": 1, \"a\": 2}\n");
    EXPECT_EQ(run.written(kJsonLinesLayout),
              "{\"user\": 1, \"a_x\": 1, \"a_y\": null}\n{\"user\": 1, \"a_x\": 1, \"a_y\": null}\n"
              "{\"user\": 1, \"a_x\": 1, \"a_y\": 2}\n");
    EXPECT_EQ(run.left.finished_scans(), 2);
    EXPECT_EQ(run.right.finished_scans(), 1);
}

TEST(NativeEngine, AJoinWithoutRowsIsAnEmptyFile) {
    TwoSources run("{\"user\": 1}\n", "");
    EXPECT_EQ(run.written(kJsonLayout), "[]\n");
    EXPECT_THAT(run.engine.warnings(), IsEmpty());
}

TEST(NativeEngine, PairsAreWrittenAcrossManyBuffers) {
    // 1,000 x 1,000 pairs of one key, 30 MB; the bytes must be those of the plain nested loops.
    std::string left;
    std::string right;
    for (int row = 0; row < 1000; ++row) {
        left += "{\"user\": 1, \"l\": " + std::to_string(row) + "}\n";
        right += "{\"user\": 1, \"r\": \"" + std::string(static_cast<std::size_t>(row % 5), 'x') + "\"}\n";
    }
    std::string expected;
    for (int l = 0; l < 1000; ++l) {
        for (int r = 0; r < 1000; ++r) {
            expected += "{\"user\": 1, \"l\": " + std::to_string(l) + ", \"r\": \"" +
                        std::string(static_cast<std::size_t>(r % 5), 'x') + "\"}\n";
        }
    }
    TwoSources run(left, right, {}, {}, 3, 100);
    EXPECT_TRUE(run.written(kJsonLinesLayout) == expected);
}

TEST(NativeEngine, MissingColumnsGiveEmptyReportsOrNullsAndWarn) {
    TwoSources run("{\"user\": 1, \"action\": \"a\"}\n", "{\"user\": 1}\n", kTimestamp);
    const auto counts = run.engine.add_aggregate(run.join, count_by("acton"));
    const auto gap =
        run.engine.add_aggregate(run.join, group_by("user", {{"gap", AggregateFunction::mean_gap, "at", ""}}));
    const auto mean =
        run.engine.add_aggregate(run.join, group_by("user", {{"mean", AggregateFunction::avg, "cost", ""}}));
    ASSERT_TRUE(run.engine.scan().has_value());
    EXPECT_THAT(report_of(run.engine, counts), IsEmpty());
    EXPECT_THAT(report_of(run.engine, gap), IsEmpty());
    EXPECT_THAT(report_of(run.engine, mean), ElementsAre("1 null"));
    EXPECT_THAT(run.engine.warnings(),
                ElementsAre("config.yaml:20:5: joined has no column 'acton'; did you mean 'action'? 'counts' is empty",
                            "config.yaml:31:9: joined has no column 'at'; 'report' is empty",
                            "config.yaml:31:9: joined has no column 'cost'; 'mean' is null"));
}

TEST(NativeEngine, AMissingJoinKeyMatchesNothingAndWarns) {
    TwoSources run("{\"usr\": 1}\n", "{\"user\": 1}\n");
    const auto id = run.engine.add_aggregate(run.join, count_by("usr"));
    ASSERT_TRUE(run.engine.scan().has_value());
    EXPECT_THAT(report_of(run.engine, id), IsEmpty());
    EXPECT_THAT(run.engine.warnings(), ElementsAre("config.yaml:10:5: activities has no column 'user'; did you mean "
                                                   "'usr'? the join 'joined' matches nothing"));
}

TEST(NativeEngine, RefusesANumberWhereTextCame) {
    TwoSources run("{\"user\": 1}\n",
                   "{\"user\": 1, \"cost\": 5}\n{\"user\": 2, \"cost\": \"5\"}\n{\"user\": 3, \"cost\": true}\n");
    EXPECT_THAT(run.refusal(group_by("user", {{"mean", AggregateFunction::avg, "cost", ""}})),
                AllOf(HasSubstr("config.yaml:31:9: avg(cost)"), HasSubstr("text \"5\" at logs.jsonl:2"),
                      HasSubstr("types: {cost: number}")));
}

TEST(NativeEngine, RefusesAnExponentThatCannotBeAdded) {
    TwoSources run("{\"user\": 1}\n", "{\"user\": 1, \"cost\": 5}\n{\"user\": 2, \"cost\": 1e10001}\n");
    EXPECT_THAT(run.refusal(group_by("user", {{"sum", AggregateFunction::sum, "cost", ""}})),
                AllOf(HasSubstr("config.yaml:31:9: sum(cost)"), HasSubstr("logs.jsonl:2")));
}

TEST(NativeEngine, RefusesASumBeyondDouble) {
    TwoSources run("{\"user\": 1}\n", "{\"user\": 1, \"cost\": 1e308}\n{\"user\": 1, \"cost\": 1e308}\n");
    const auto id =
        run.engine.add_aggregate(run.join, group_by("user", {{"total", AggregateFunction::sum, "cost", ""}}));
    ASSERT_TRUE(run.engine.scan().has_value());
    const auto rows = run.engine.aggregate(id);
    ASSERT_TRUE(rows.has_value());
    const auto batch = (*rows)->next();
    ASSERT_FALSE(batch.has_value());
    EXPECT_EQ(batch.error().kind, ErrorKind::data);
    EXPECT_THAT(batch.error().message, HasSubstr("config.yaml:31:9: total for user 1: "));
}

TEST(NativeEngine, RefusesAKeyWithATooLongExponent) {
    TwoSources run("{\"user\": 1}\n{\"user\": 1e1000000000000000000000}\n", "{\"user\": 1}\n");
    EXPECT_THAT(run.refusal(count_by("user")), AllOf(HasSubstr("config.yaml:10:5"), HasSubstr("activities.jsonl:2")));
}

TEST(NativeEngine, RefusesTextKeysAgainstNumberKeys) {
    TwoSources run("{\"user\": 1}\n", "{\"user\": null}\n{\"user\": \"1\"}\n");
    EXPECT_THAT(run.refusal(count_by("user")),
                AllOf(HasSubstr("config.yaml:10:5"), HasSubstr("all numbers (activities.jsonl:1)"),
                      HasSubstr("all text (logs.jsonl:2)")));
}

TEST(NativeEngine, RefusesAMeanGapOverTextBeforeReadingOn) {
    TwoSources run("{\"user\": 1, \"at\": \"2024-01-01T00:00:00\"}\n", "{\"user\": 1, \"at\": null}\n");
    EXPECT_THAT(run.refusal(group_by("user", {{"gap", AggregateFunction::mean_gap, "at_x", ""}})),
                AllOf(HasSubstr("config.yaml:31:9: mean_gap(at_x)"), HasSubstr("activities.jsonl:1"),
                      HasSubstr("types: {at: timestamp}")));
    EXPECT_EQ(run.left.finished_scans(), 0);
}

TEST(NativeEngine, RefusesAMeanGapOverTextThatALaterColumnCouldStillRename) {
    TwoSources run("{\"user\": 1, \"at\": \"2024-01-01T00:00:00\"}\n", "{\"user\": 1}\n");
    EXPECT_THAT(run.refusal(group_by("user", {{"gap", AggregateFunction::mean_gap, "at", ""}})),
                HasSubstr("types: {at: timestamp}"));
}

TEST(NativeEngine, RefusesClashingNames) {
    TwoSources run("{\"user\": 1, \"a\": 1, \"a_x\": 2}\n", "{\"user\": 1, \"a\": 3}\n");
    EXPECT_THAT(run.written(kJsonLayout), AllOf(HasSubstr("config.yaml:10:5"), HasSubstr("'a_x'")));
}

TEST(NativeEngine, StopsWhenAsked) {
    MemorySource source("activities", "{\"user\": 1}\n", 1);
    StopFlag stop;
    NativeEngine engine({2, &stop});
    const auto input = engine.add_source(source, nullptr);
    engine.add_aggregate(input, count_by("user"));
    stop.set(2);
    const Result<> read = engine.scan();
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().kind, ErrorKind::interrupted);
}

TEST(NativeEngine, ASourceMayBeJoinedWithItself) {
    MemorySource source("people", "{\"id\": 1, \"boss\": 2}\n{\"id\": 2}\n{\"id\": 3, \"boss\": 2}\n", 1);
    NativeEngine engine({2, nullptr});
    const auto input = engine.add_source(source, nullptr);
    const auto join = engine.add_join(input, input, join_on("boss", "id"));
    const auto counts = engine.add_aggregate(join, count_by("boss_x"));
    const auto pairs = engine.add_pairs(join, kJsonLinesLayout, {});
    ASSERT_TRUE(engine.scan().has_value());
    EXPECT_THAT(report_of(engine, counts), ElementsAre("2 2"));
    MemorySink sink;
    ASSERT_TRUE(engine.write_pairs(pairs, sink, nullptr).has_value());
    EXPECT_EQ(sink.bytes(),
              "{\"id\": 1, \"boss_x\": 2, \"boss_y\": null}\n{\"id\": 3, \"boss_x\": 2, \"boss_y\": null}\n");
}

}  // namespace
}  // namespace sluice::test
