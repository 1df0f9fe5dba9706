// Rows, columns, ordinals and places; the same whatever the block size and the number of readers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/formats_jsonl/scan_run.hpp"

namespace sluice::formats::jsonl {
namespace {

using testing::ElementsAre;

std::vector<std::string> texts(const ScanRun& run) {
    std::vector<std::string> out;
    for (const ScannedRow& row : run.rows) out.push_back(row.text);
    return out;
}

std::vector<std::string> names(const ScanRun& run) {
    std::vector<std::string> out;
    for (const ColumnSummary& column : run.summary.columns) out.push_back(column.name);
    return out;
}

// Each sample holds something that a cut could break.
const std::vector<std::vector<std::string>>& samples() {
    static const std::vector<std::vector<std::string>> all{
        {""},
        {"\n"},
        {"{\"a\":1}\n{\"a\":2}\n{\"b\":[1,{\"c\":\"x\\n\"}]}\n"},
        {"{\"a\":1}\n\n  \t\r\n{\"a\":2}"},
        {"\xEF\xBB\xBF{\"a\":1}\r\n{\"b\" : \"\\u00e9\", \"a\":null}\r\n"},
        {"\xEF\xBB\xBF"},
        {"\xEF\xBB\xBF\n{}\n"},
        {"{\"a\":1}\n{\"a\":\n{\"a\":3}\n{\"a\":4} "
         "x\n{\"a\":\"\xFF\"}\n{\"a\":\"open}\n{\"a\":6}\n\"\n{\"a\":7,\"a\":8}\n{\"z\":1}\n"},
        {"{\"a\":1}", "", "{\"b\":2}\n{\"a\":3}", "\n\n", "\xEF\xBB\xBF{\"c\":1e5,\"a\":-0.10}\n"},
        {"{\"a\":\"\xC3\xA9\xF0\x9F\x98\x80\"}\n{\"a\":\"\\ud83d\\ude00\\\\\"}\n{\"a\":\"\\ud83d\"}\n{\\\"a\":1}\n{"
         "\"a\":\"\\\"\"}\n"},
    };
    return all;
}

TEST(Scan, EveryBlockSizeGivesTheSame) {
    for (const std::vector<std::string>& sample : samples()) {
        std::size_t longest = 1;
        for (const std::string& file : sample) longest = std::max(longest, file.size());
        ScanSetup setup{.slots = {"a", "missing"}, .survey_all = true};
        setup.block_size = longest;
        const std::string whole = laid_out(run_scan(*source_of(sample, setup), setup));
        for (std::uint64_t size = 1; size < longest; ++size) {
            setup.block_size = size;
            ASSERT_EQ(laid_out(run_scan(*source_of(sample, setup), setup)), whole) << "block size " << size;
        }
    }
}

TEST(Scan, SeveralReadersGiveTheSame) {
    std::string content;
    for (int row = 0; row < 2000; ++row) {
        content += row % 97 == 5 ? "{\"broken\":\n"
                                 : fmt::format("{{\"id\":{},\"c{}\":\"v\",\"x\":{}.5}}\n", row, row % 50, row);
    }
    ScanSetup setup{.block_size = 1000, .slots = {"id"}, .survey_all = true};
    const auto source = source_of({content, content}, setup);
    const std::string alone = laid_out(run_scan(*source, setup));
    setup.readers = 4;
    for (int round = 0; round < 5; ++round) EXPECT_EQ(laid_out(run_scan(*source, setup)), alone);
}

TEST(Scan, KeepsValuesToTheLetter) {
    const ScanRun run =
        scan_text("{\"n\":1.50,\"big\":1e400,\"o\":{ \"k\" : [ 1 , 2 ] },\"t\":\"\\u0041\",\"z\":null}\n");
    EXPECT_THAT(texts(run),
                ElementsAre("\"n\":1.50,\"big\":1e400,\"o\":{ \"k\" : [ 1 , 2 ] },\"t\":\"\\u0041\",\"z\":null,"));
}

TEST(Scan, GivesSlotsWithNullsForMissingKeys) {
    const ScanSetup setup{.slots = {"b", "a", "b"}};
    const ScanRun run = scan_text("{\"a\":1}\n{\"b\":\"x\"}\n{\"a\":1,\"a\":2}\n{\"b\":true,\"a\":[]}\n", setup);
    ASSERT_EQ(run.rows.size(), 3U);
    EXPECT_THAT(run.rows[0].slots, ElementsAre("", "1", ""));
    EXPECT_THAT(run.rows[1].slots, ElementsAre("\"x\"", "", "\"x\""));
    EXPECT_THAT(run.rows[2].slots, ElementsAre("true", "[]", "true"));
}

TEST(Scan, OrdersColumnsByFirstSight) {
    const ScanRun run = scan_text("{\"b\":1,\"a\":2}\n{\"bad\":1,}\n{\"c\":1,\"a\":2}\n{\"\":null}\n");
    EXPECT_THAT(names(run), ElementsAre("b", "a", "c", ""));
    EXPECT_EQ(run.summary.columns[2].first_row, 25U);
    EXPECT_TRUE(run.summary.columns[3].has(Kind::null));
}

TEST(Scan, ABadLineLeavesNoTrace) {
    const ScanRun run = scan_text("{\"x\":1}\n{\"x\":\"text\",\"new\":1,\"x\":2}\n{\"x\":3}\n", {.survey_all = true});
    EXPECT_THAT(names(run), ElementsAre("x"));
    EXPECT_EQ(run.summary.columns[0].kinds, 1U << static_cast<unsigned>(Kind::number));
    EXPECT_EQ(run.summary.columns[0].numbers.integer_digits, 1U);
    EXPECT_EQ(run.summary.bad_rows, 1U);
}

TEST(Scan, NamesTheFirstRowOfEachKind) {
    const ScanRun run = scan_text("{\"x\":1}\n{\"x\":\"t\"}\n{\"x\":2}\n{\"x\":false}\n");
    const ColumnSummary& column = run.summary.columns.front();
    EXPECT_EQ(column.first_of_kind[static_cast<std::size_t>(Kind::number)], 0U);
    EXPECT_EQ(column.first_of_kind[static_cast<std::size_t>(Kind::text)], 8U);
    EXPECT_EQ(column.first_of_kind[static_cast<std::size_t>(Kind::false_)], 26U);
    EXPECT_FALSE(column.has(Kind::true_));
}

TEST(Scan, ComparesKeysAfterUnescaping) {
    const ScanRun run = scan_text("{\"a\":1}\n{\"\\u0061\":2}\n{\"a\":3,\"\\u0061\":4}\n{\"\\u0061\":5,\"a\":6}\n");
    EXPECT_THAT(names(run), ElementsAre("a"));
    EXPECT_THAT(texts(run), ElementsAre("\"a\":1,", "\"a\":2,"));
    ASSERT_EQ(run.summary.first_bad_rows.size(), 2U);
    EXPECT_EQ(run.summary.first_bad_rows[0].code, "duplicate_key");
    EXPECT_EQ(run.summary.first_bad_rows[0].column, "a");
}

TEST(Scan, CountsAllBadLinesAndKeepsFive) {
    std::string content;
    for (int row = 0; row < 20; ++row) content += "{\"a\":1}\n{\"a\":01}\n";
    const ScanRun run = scan_text(content, {.block_size = 7, .readers = 3});
    EXPECT_EQ(run.summary.rows, 20U);
    EXPECT_EQ(run.summary.bad_rows, 20U);
    ASSERT_EQ(run.summary.first_bad_rows.size(), 5U);
    EXPECT_EQ(run.summary.first_bad_rows[0].line, 2U);
    EXPECT_EQ(run.summary.first_bad_rows[4].line, 10U);
    EXPECT_EQ(run.summary.first_bad_rows[4].byte, 4U * 17 + 8);
    EXPECT_EQ(run.summary.first_bad_rows[4].fault, 4U * 17 + 8 + 5);
    EXPECT_EQ(run.summary.first_bad_rows[4].length, 8U);
}

TEST(Scan, FindsTheBadLinesFileAndColumn) {
    const auto source = source_of({"{\"a\":1}\n", "\n{\"ok\":1,\"\\u0077rong\":[tru]}\n"});
    const ScanRun run = run_scan(*source);
    ASSERT_EQ(run.summary.first_bad_rows.size(), 1U);
    const BadRow& bad = run.summary.first_bad_rows.front();
    EXPECT_EQ(bad.file, "b");
    EXPECT_EQ(bad.line, 2U);
    EXPECT_EQ(bad.byte, 1U);
    EXPECT_EQ(bad.fault, 23U);
    EXPECT_EQ(bad.code, "bad_literal");
    EXPECT_EQ(bad.column, "wrong");
    EXPECT_EQ(bad.excerpt, "{\"ok\":1,\"\\u0077rong\":[tru]}");
}

TEST(Scan, PlacesEveryRow) {
    const auto source = source_of({"{}\n\n{}", "", "\xEF\xBB\xBF{}\n{}"});
    const ScanRun run = run_scan(*source);
    std::vector<std::string> places;
    for (const ScannedRow& row : run.rows) places.push_back(source->place(row.ordinal)->text());
    EXPECT_THAT(places, ElementsAre("a:1", "a:3", "c:1", "c:2"));
    EXPECT_FALSE(source->place(source->bytes()).has_value());
}

TEST(Scan, HasManyColumnsInOneRowAndInMany) {
    std::string wide = "{";
    std::string tall;
    for (int key = 0; key < 100'000; ++key) {
        wide += fmt::format("{}\"key {}\":{}", key == 0 ? "" : ",", key, key);
        if (key % 5 == 0) tall += fmt::format("{{\"key {}\":null}}\n", key);
    }
    wide += "}\n";
    const ScanRun run = scan_text(wide + tall + wide, {.readers = 2, .entries = false});
    EXPECT_EQ(run.summary.rows, 20'002U);
    EXPECT_EQ(run.summary.columns.size(), 100'000U);
    EXPECT_EQ(run.summary.columns[99'999].name, "key 99999");
}

TEST(Scan, ReadsALongLineInTinyBlocks) {
    const std::string content = "{\"a\":\"" + std::string(20U << 20U, 'x') + "\"}\n{\"a\":2}\n";
    const ScanRun run = scan_text(content, {.block_size = 64, .readers = 2});
    ASSERT_EQ(run.rows.size(), 2U);
    EXPECT_EQ(run.rows[0].text.size(), (20U << 20U) + 7);
}

TEST(Scan, ALineOverTheLimitIsBadAndNotHeld) {
    const std::string tail = "{\"a\":1}\n";
    const std::string just = "{\"a\":\"" + std::string(1000 - 8, 'x') + "\"}";
    const std::string over = "{\"a\":\"" + std::string(1000 - 7, 'x') + "\"}";
    const std::string far_over = "{\"a\":\"" + std::string(300'000, 'x') + "\"}";
    ASSERT_EQ(just.size(), 1000U);
    const std::string content = tail + just + "\n" + over + "\n" + tail + far_over + "\n" + tail + far_over;
    std::string expected;
    for (const std::uint64_t size : {1'000'000U, 100'000U, 1000U, 333U, 20U}) {
        const ScanRun run = scan_text(content, {.block_size = size, .max_line = 1000});
        EXPECT_EQ(run.summary.rows, 4U);
        ASSERT_EQ(run.summary.bad_rows, 3U);
        EXPECT_EQ(run.summary.first_bad_rows[1].code, "too_long");
        EXPECT_EQ(run.summary.first_bad_rows[2].length, far_over.size());
        if (expected.empty()) expected = laid_out(run);
        EXPECT_EQ(laid_out(run), expected) << "block size " << size;
    }
}

TEST(Scan, ChecksDeclaredTypes) {
    ScanSetup setup;
    setup.types = {
        {"t", {.type = Type::timestamp, .notation = {}}}, {"n", {.type = Type::timestamp_ns, .notation = {}}},
        {"i", {.type = Type::integer, .notation = {}}},   {"b", {.type = Type::boolean, .notation = {}}},
        {"s", {.type = Type::text, .notation = {}}},      {"f", {.type = Type::number, .notation = {}}}};
    const auto code = [&](const std::string& line) {
        const ScanRun run = scan_text(line, setup);
        return run.summary.bad_rows == 0 ? std::string() : run.summary.first_bad_rows.front().code;
    };
    EXPECT_EQ(
        code(R"({"t":"2024-01-31T10:00:00Z","n":"2024-01-31 10:00:00.123456789","i":-5,"b":true,"s":"","f":1e9})"), "");
    EXPECT_EQ(code(R"({"t":null,"n":null,"i":null,"b":null,"s":null,"f":null})"), "");
    EXPECT_EQ(code(R"({"t":"\u0032024-01-31T10:00:00Z"})"), "");
    EXPECT_EQ(code(R"({"t":"2024-02-30T10:00:00Z"})"), "bad_timestamp");
    EXPECT_EQ(code(R"({"t":"2024-01-31T10:00:00.1234567Z"})"), "bad_timestamp");
    EXPECT_EQ(code(R"({"t":1706695200})"), "bad_timestamp");
    EXPECT_EQ(code(R"({"i":1.0})"), "bad_type");
    EXPECT_EQ(code(R"({"i":9223372036854775808})"), "bad_type");
    EXPECT_EQ(code(R"({"b":1})"), "bad_type");
    EXPECT_EQ(code(R"({"s":1})"), "bad_type");
    EXPECT_EQ(code(R"({"f":"1"})"), "bad_type");
    EXPECT_EQ(code(R"({"f":"1","x":})"), "unexpected_character") << "syntax comes first";
}

TEST(Scan, StopsWhenAsked) {
    const auto source = source_of({"{}\n{}\n"}, {.block_size = 1});
    StopFlag stop;
    ScanRequest request;
    request.stop = &stop;
    const auto scan = source->scan(request);
    const auto reader = scan->reader();
    ASSERT_TRUE(reader->next().has_value());
    stop.set(2);
    const Result<const Block*> block = reader->next();
    ASSERT_FALSE(block.has_value());
    EXPECT_EQ(block.error().kind, ErrorKind::interrupted);
}

TEST(Scan, CountsProgress) {
    const std::string content = "{}\n{}\n\n{\n{}";
    const auto source = source_of({content}, {.block_size = 2});
    ScanProgress progress;
    ScanRequest request;
    request.progress = &progress;
    const auto scan = source->scan(request);
    const auto reader = scan->reader();
    while (*reader->next() != nullptr) {
    }
    EXPECT_EQ(progress.bytes, content.size());
    EXPECT_EQ(progress.rows, 3U);
}

}  // namespace
}  // namespace sluice::formats::jsonl
