// Rows that are compared with the row before them (expected_row.hpp) against the same rows walked one by one: a space
// before a line keeps it from being compared, and says nothing else.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "unit/formats_jsonl/scan_run.hpp"

namespace sluice::formats::jsonl {
namespace {

// Also keys beyond 16 and 32 bytes, a number beyond 16, and every white space that may stand in a line.
const std::vector<std::string> kLines{
    R"({"id":1,"name":"x","ok":true,"rate":-0.25})",
    R"({"id": 1, "a key of some length": "x", "ok": false, "none": null, "rate": 1234567890.123456789})",
    R"({"a" : 1 , "b":2})",
    "{ \"id\"\t:\r1,\"a key that is longer than two vectors are\":\"\",\"n\":10}",
    R"({"text":"\u00e9 \\ \"","n":1e5,"k":""})",
    R"({"":0})",
};
const std::vector<std::string> kEnds{"\n", "\r\n", " \n"};
const std::vector<std::string> kInsertions{
    "\"", "\\", "{",    "}", "[",    "]",        ":", ",",  " ",     "\t",    "\r",   "\n", "0",   "1",     "-",   ".",
    "e",  "+",  "true", "x", "\x01", "\xC3\xA9", "",  "{}", "[1,2]", "\"y\"", "null", "7",  "\\n", "\\u12", "\xFF"};

// Each line twice as it is, then changed at `at`: every byte of it replaced by each piece, and each piece before it.
std::vector<std::string> broken_lines(const std::string& line, const std::string& end) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= line.size(); ++at) {
        for (const std::string& piece : kInsertions) {
            for (const std::size_t removed : {0U, 1U}) {
                std::string broken = line;
                broken.replace(at, removed, piece);
                lines.insert(lines.end(), {line + end, line + end, broken + end});
            }
        }
    }
    return lines;
}

std::string put_together(const std::vector<std::string>& lines, std::string_view before) {
    std::string content;
    for (const std::string& line : lines) {
        std::size_t begin = 0;
        while (begin < line.size()) {  // a piece may be a newline
            const std::size_t behind = line.find('\n', begin) + 1;
            content += before;
            content += line.substr(begin, behind - begin);
            begin = behind;
        }
    }
    return content;
}

void expect_the_same(const std::vector<std::string>& lines, const ScanSetup& setup) {
    const ScanRun compared = scan_text(put_together(lines, ""), setup);
    const ScanRun walked = scan_text(put_together(lines, " "), setup);
    EXPECT_EQ(compared.summary.bad_rows, walked.summary.bad_rows);
    EXPECT_GT(walked.summary.bad_rows, 0U);
    ASSERT_EQ(compared.rows.size(), walked.rows.size());
    for (std::size_t row = 0; row < walked.rows.size(); ++row) {
        ASSERT_EQ(compared.rows[row].text, walked.rows[row].text);
        ASSERT_EQ(compared.rows[row].slots, walked.rows[row].slots);
    }
}

TEST(ExpectedRow, EveryChangeOfALineIsSeen) {
    for (std::size_t number = 0; number < kLines.size(); ++number) {
        SCOPED_TRACE(kLines[number]);
        const std::vector<std::string> lines = broken_lines(kLines[number], kEnds[number % kEnds.size()]);
        // Small blocks: a text that is not closed has its whole block walked.
        const std::uint64_t block = 3 * kLines[number].size();
        expect_the_same(lines, {.block_size = block});
        expect_the_same(lines,
                        {.block_size = block, .slots = {"rate", "id", "k"}, .surveyed = {"n"}, .entries = false});
    }
}

// Numbers of one length and of all shapes: those that a mask of digits may take for one another.
TEST(ExpectedRow, NumbersAreCheckedToTheLetter) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    std::vector<std::string> lines;
    for (int count = 0; count < 20'000; ++count) {
        std::string number;
        for (std::size_t size = 1 + random() % 18; size > 0; --size) number += "0123456789.-eE+"[random() % 15];
        lines.insert(lines.end(), {"{\"n\":1,\"m\":2}\n", "{\"n\":1,\"m\":" + number + "}\n"});
    }
    expect_the_same(lines, {.slots = {"m"}, .entries = false});
}

TEST(ExpectedRow, ShapesThatTakeTurns) {
    std::vector<std::string> lines;
    for (int row = 0; row < 3000; ++row) {
        lines.push_back(row % 3 == 0   ? fmt::format("{{\"a\":{},\"b\":\"x\"}}\n", row)
                        : row % 3 == 1 ? fmt::format("{{\"b\":{},\"a\":\"x\"}}\n", row)
                                       : fmt::format("{{\"a\":{},\"b\":null,\"c\":[{}]}}\n", row, row));
        if (row % 100 == 99) lines.push_back("{\"a\":1,\"a\":2}\n");
    }
    expect_the_same(lines, {.slots = {"b", "a"}});
}

// A value of a new kind, in a row that is bad after all, leaves no trace.
TEST(ExpectedRow, ABadRowTeachesNothing) {
    const std::string good = "{\"a\":1,\"b\":2}\n";
    const ScanRun run =
        scan_text(good + good + "{\"a\":true,\"b\":02}\n" + good + "{\"a\":1,\"b\":2,\"a\":3}\n" + good);
    EXPECT_EQ(run.summary.rows, 4U);
    for (const ColumnSummary& column : run.summary.columns)
        EXPECT_EQ(column.kinds, 1U << static_cast<unsigned>(Kind::number));
}

}  // namespace
}  // namespace sluice::formats::jsonl
