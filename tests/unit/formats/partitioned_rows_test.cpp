#include "formats/partitioned_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "row_table.hpp"

namespace sluice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Cells = std::vector<std::string>;

PartitionRequest by(std::vector<std::string> columns) {
    return {.columns = std::move(columns),
            .most = 100,
            .style = {},
            .temp_dir = ::testing::TempDir(),
            .memory_bytes = 1 << 20};
}

Result<PartitionedRows> split(std::vector<OutputColumn> columns, Cells cells, const PartitionRequest& request) {
    const std::size_t rows = columns.empty() ? 0 : cells.size() / columns.size();
    RowTable table(std::move(columns), std::move(cells), rows);
    return PartitionedRows::split(table, request);
}

Cells folders(const PartitionedRows& parts) {
    Cells all;
    for (std::size_t part = 0; part < parts.size(); ++part) all.push_back(parts.folder(part));
    return all;
}

// The cells of a part, row by row.
Cells cells(const PartitionedRows& parts, std::size_t part) {
    Cells all;
    const auto rows = parts.rows(part);
    for (auto batch = rows->next(); *batch != nullptr; batch = rows->next())
        for (std::size_t row = 0; row < (*batch)->rows; ++row)
            for (const auto& column : (*batch)->columns) all.emplace_back(column[row].view());
    return all;
}

std::string code_of(const Cells& keys, const PartitionRequest& request = by({"k"})) {
    const auto parts = split({{.name = "k"}}, keys, request);
    return parts ? "" : parts.error().code;
}

TEST(PartitionedRows, SplitsByValueInOrderAndLeavesTheColumnOut) {
    const auto parts =
        split({{.name = "n"}, {.name = "k"}}, {"1", R"("b")", "2", R"("a")", "3", R"("b")", "4", ""}, by({"k"}));
    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_THAT(folders(*parts), ElementsAre("k=__HIVE_DEFAULT_PARTITION__", "k=a", "k=b"));
    ASSERT_EQ(parts->columns().size(), 1U);
    EXPECT_EQ(parts->columns()[0].name, "n");
    EXPECT_THAT(cells(*parts, 0), ElementsAre("4"));
    EXPECT_THAT(cells(*parts, 2), ElementsAre("1", "3"));
}

TEST(PartitionedRows, FoldersAreInTheOrderOfTheRequest) {
    const auto parts = split({{.name = "a"}, {.name = "b"}}, {"1", "true", "2", "true", "1", "true"}, by({"b", "a"}));
    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_THAT(folders(*parts), ElementsAre("b=true/a=1", "b=true/a=2"));
    const auto rows = parts->rows(0);
    EXPECT_EQ((*rows->next())->rows, 2U);  // rows without a column are rows
    EXPECT_EQ(*rows->next(), nullptr);
}

TEST(PartitionedRows, EqualNumbersAreOneFolder) {
    const auto parts = split({{.name = "k"}}, {"200", "200.0", "2e2", R"("a/b=c")"}, by({"k"}));
    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_THAT(folders(*parts), ElementsAre("k=200", "k=a%2Fb%3Dc"));
}

// Two spellings of a time, and two times of one millisecond, are one number there.
TEST(PartitionedRows, TimesThatAreWrittenAsNumbersAreOneFolderWhenTheNumbersAre) {
    PartitionRequest request = by({"at"});
    request.style.timestamps = TimestampStyle::epoch_ms;
    const OutputColumn at{.name = "at", .meaning = Meaning::timestamp};
    const auto parts = split({at},
                             {R"("2024-01-01T00:00:00Z")", R"("2024-01-01 00:00:00.0004")",
                              R"("2024-01-01T07:00:00+07:00")", R"("2024-01-01T00:00:00.001Z")", "null"},
                             request);
    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_THAT(folders(*parts), ElementsAre("at=1704067200000", "at=1704067200001", "at=__HIVE_DEFAULT_PARTITION__"));
    EXPECT_EQ((*parts->rows(0)->next())->rows, 3U);

    request.style.timestamps = TimestampStyle::iso;
    const auto carried = split({at}, {R"("2024-01-01T00:00:00Z")", R"("2024-01-01 00:00:00Z")"}, request);
    ASSERT_TRUE(carried) << carried.error().message;
    EXPECT_EQ(carried->size(), 2U);  // a carried time keeps its text
}

TEST(PartitionedRows, RefusesWhatReadersTakeForSomethingElse) {
    EXPECT_EQ(code_of({"1", R"("1")"}), "same_partition");
    EXPECT_EQ(code_of({R"("")"}), "partition_value");
    EXPECT_EQ(code_of({R"("__HIVE_DEFAULT_PARTITION__")"}), "partition_value");
    EXPECT_EQ(code_of({'"' + std::string(300, 'x') + '"'}), "partition_value");
    EXPECT_EQ(code_of({"1"}, by({"none"})), "no_column");
    EXPECT_EQ(code_of({"1", "2", "1"}), "");
    PartitionRequest few = by({"k"});
    few.most = 2;
    EXPECT_EQ(code_of({"1", "2", "1"}, few), "");
    EXPECT_EQ(code_of({"1", "2", "3"}, few), "too_many_partitions");
}

TEST(PartitionedRows, WithoutRowsThereAreNoPartsAndAnyColumnIsFine) {
    const auto parts = split({{.name = "n"}}, {}, by({"none"}));
    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_EQ(parts->size(), 0U);
}

TEST(PartitionedRows, RowsBeyondTheMemoryComeBackTheSame) {
    Cells keys_and_numbers;
    for (int number = 0; number < 20'000; ++number) {
        keys_and_numbers.push_back(std::to_string(number % 90));
        keys_and_numbers.push_back(std::to_string(number));
    }
    PartitionRequest request = by({"k"});
    request.memory_bytes = 10'000;
    const auto parts = split({{.name = "k"}, {.name = "n"}}, keys_and_numbers, request);
    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_LE(parts->held(), 10'000U);
    ASSERT_EQ(parts->folder(2), "k=10");
    const Cells found = cells(*parts, 2);
    ASSERT_EQ(found.size(), 223U);
    for (std::size_t row = 0; row < found.size(); ++row) EXPECT_EQ(found[row], std::to_string(10 + 90 * row));
}

TEST(PartitionedRows, AFaultOfTheRowsAndAStopEndIt) {
    RowTable broken({{.name = "k"}}, {"1"}, 1);
    broken.fail_at_end();
    EXPECT_EQ(PartitionedRows::split(broken, by({"k"})).error().code, "broken");
    StopFlag stop;
    stop.set(SIGINT);
    PartitionRequest request = by({"k"});
    request.stop = &stop;
    EXPECT_EQ(code_of({"1"}, request), "interrupted");
}

}  // namespace
}  // namespace sluice
