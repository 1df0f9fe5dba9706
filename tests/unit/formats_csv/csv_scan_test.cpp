// The reader of CSV against an oracle in Python, for every block size up to 64 bytes and several threads.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "formats/csv/csv_format.hpp"
#include "formats/scan/file_source.hpp"
#include "unit/formats_jsonl/scan_run.hpp"
#include "unit/rows/oracle.hpp"

namespace sluice::formats::csv {
namespace {

using jsonl::run_scan;
using jsonl::ScanRun;
using jsonl::ScanSetup;

Result<std::unique_ptr<ScannableSource>> open_csv(const std::vector<std::string>& contents, const Declared& declared,
                                                  const ScanSetup& setup) {
    TRY_ASSIGN(InputSet inputs, InputSet::open(jsonl::files_of(contents)));
    TRY_ASSIGN(auto format, csv_format(inputs, declared));
    return FileSource::open(
        std::move(inputs), std::move(format),
        {.name = "source", .types = setup.types, .block_size = setup.block_size, .max_row = setup.max_line});
}

ScanRun scan_csv(const std::vector<std::string>& contents, const Declared& declared, const ScanSetup& setup = {}) {
    const auto source = open_csv(contents, declared, setup);
    EXPECT_TRUE(source.has_value()) << source.error().message;
    return source ? run_scan(**source, setup) : ScanRun();
}

std::string told(const ScanRun& run) {
    std::string out;
    for (const auto& row : run.rows) out += fmt::format("{} {}\n", row.ordinal, row.text);
    out += fmt::format("bad {}\n", run.summary.bad_rows);
    for (const BadRow& bad : run.summary.first_bad_rows) {
        out +=
            fmt::format("{} line {} byte {} fault {} length {}\n", bad.code, bad.line, bad.byte, bad.fault, bad.length);
    }
    return out;
}

TEST(CsvScan, AgreesWithTheOracle) {
    std::uint64_t number = 0;
    for (const OracleCase& fields : oracle_cases("oracle_csv.py", 600)) {
        const Declared declared{.delimiter = fields[1][0], .quote = fields[2][0], .names = {}};
        EXPECT_EQ(told(scan_csv({fields[0]}, declared)), fields[3]) << "delimiter " << fields[1] << "\n" << fields[0];
        const ScanSetup small{
            .block_size = 1 + number % 64, .readers = number % 3 == 0 ? 3 : 1, .may_start_over = number % 2 == 0};
        EXPECT_EQ(told(scan_csv({fields[0]}, declared, small)), fields[3])
            << "block size " << small.block_size << ", readers " << small.readers << "\n"
            << fields[0];
        if (HasFailure()) return;
        ++number;
    }
}

TEST(CsvScan, NothingDependsOnBlocksAndThreads) {
    std::string text = "id;name;\"no\ntes\"\n";
    for (int row = 0; row < 40; ++row)
        text += fmt::format("{};\"a\n\"\"{}\"\"\";{}\r\n", row, row, row % 7 == 3 ? "x;y" : "caf\xC3\xA9");
    const ScanSetup whole{.slots = {"name", "absent", "name"}, .survey_all = true};
    const std::string expected = laid_out(scan_csv({text, text}, {}, whole));
    for (std::uint64_t block_size = 1; block_size < 100; ++block_size) {
        ScanSetup setup = whole;
        setup.block_size = block_size;
        setup.readers = block_size % 2 == 0 ? 2 : 1;
        EXPECT_EQ(laid_out(scan_csv({text, text}, {}, setup)), expected) << block_size;
    }
}

TEST(CsvScan, RowsOverTheLimitAreBad) {
    const std::string text = "a,b\n1,\"" + std::string(300, '\n') + "\"\n2,x\n";
    for (const std::uint64_t block_size : {1U, 64U, 100U, 1000U}) {
        const ScanRun run = scan_csv({text}, {}, {.block_size = block_size, .max_line = 200});
        EXPECT_EQ(told(run), "309 \"a\":2,\"b\":\"x\",\nbad 1\ntoo_long line 2 byte 4 fault 4 length 304\n")
            << block_size;
    }
}

TEST(CsvScan, TypesAreFoundOnceForAllScans) {
    const auto source = open_csv({"a\n1\n", "a\nx\n"}, {}, {});
    ASSERT_TRUE(source.has_value());
    const std::string expected = laid_out(run_scan(**source, {}));
    EXPECT_EQ(laid_out(run_scan(**source, {})), expected);
    EXPECT_EQ(run_scan(**source, {.slots = {"a"}}).rows[0].slots[0], "\"1\"");
}

// Each scan looks only at the columns that it asks for, and one that asks for more learns the rest.
TEST(CsvScan, TypesAreThoseOfTheColumnsAskedFor) {
    std::vector<std::string> files;
    for (int file = 0; file < 5; ++file) {
        std::string text = "a,b,c,d\n";
        for (int row = 0; row < 50; ++row) text += fmt::format("x,{},true,{}\n", row, row);
        files.push_back(text + (file == 3 ? "x,1,true,late\n" : ""));
    }
    for (const int readers : {1, 3}) {
        const ScanSetup all{.block_size = 64, .readers = readers};
        const auto source = open_csv(files, {}, all);
        ASSERT_TRUE(source.has_value());
        const auto first_row = [&](std::vector<std::string> slots) {
            const ScanSetup setup{.block_size = 64, .readers = readers, .slots = std::move(slots), .entries = false};
            return run_scan(**source, setup).rows.front().slots;
        };
        EXPECT_EQ(first_row({"a"}), (std::vector<std::string>{"\"x\""}));
        EXPECT_EQ(first_row({"d", "a"}), (std::vector<std::string>{"\"0\"", "\"x\""}));
        EXPECT_EQ(first_row({"b"}), (std::vector<std::string>{"0"}));
        EXPECT_EQ(run_scan(**source, all).rows.front().text, "\"a\":\"x\",\"b\":0,\"c\":true,\"d\":\"0\",");
    }
}

// Rows of a file in which the column `late` is numbers but for one cell.
std::string rows_with_late_text(int rows, int text_in) {
    std::string text = "a,late,flag\n";
    for (int row = 0; row < rows; ++row)
        text +=
            fmt::format("{},{},{}\n", row, row == text_in ? "n/a" : std::to_string(row), row % 2 == 0 ? "true" : "");
    return text;
}

TEST(CsvScan, OnePassWhenTheFirstBlockToldTheTruth) {
    for (const int readers : {1, 3}) {
        const ScanSetup setup{.block_size = 64, .readers = readers, .survey_all = true, .may_start_over = true};
        const std::vector<std::string> files{rows_with_late_text(100, -1), "late,sparse\n1,\n2,\n3,x\n"};
        const ScanRun run = scan_csv(files, {}, setup);
        EXPECT_EQ(run.scans, 1);
        EXPECT_EQ(laid_out(run), laid_out(scan_csv(files, {}, {.survey_all = true})));
    }
}

TEST(CsvScan, TwoPassesWhereverTheSurpriseIs) {
    for (const int readers : {1, 2, 3}) {
        for (int text_in = 0; text_in < 60; ++text_in) {
            const std::vector<std::string> files{rows_with_late_text(20, text_in),
                                                 rows_with_late_text(20, text_in - 20),
                                                 rows_with_late_text(20, text_in - 40)};
            const std::string expected = laid_out(scan_csv(files, {}, {.survey_all = true}));
            const ScanSetup setup{.block_size = 40, .readers = readers, .survey_all = true, .may_start_over = true};
            const ScanRun run = scan_csv(files, {}, setup);
            EXPECT_EQ(laid_out(run), expected) << "text in row " << text_in;
            EXPECT_EQ(run.scans, text_in > 3 ? 2 : 1) << "text in row " << text_in;
        }
    }
}

TEST(CsvScan, ASurveyAloneNeedsNoSecondPass) {
    for (int text_in = 0; text_in < 40; ++text_in) {
        const std::vector<std::string> files{rows_with_late_text(20, text_in), rows_with_late_text(20, text_in - 20)};
        const auto survey = [&](std::uint64_t block_size, int readers) {
            const ScanSetup setup{.block_size = block_size, .readers = readers, .survey_all = true, .entries = false};
            const auto source = open_csv(files, {}, setup);
            const std::string first = laid_out(run_scan(**source, setup));
            EXPECT_EQ(laid_out(run_scan(**source, setup)), first) << "now that the types are known";
            return first;
        };
        const std::string expected = survey(1U << 20U, 1);
        EXPECT_EQ(survey(40, 1), expected) << text_in;
        EXPECT_EQ(survey(40, 3), expected) << text_in;
    }
}

// A bad row says nothing about types, wherever it stands.
TEST(CsvScan, BadRowsAreNoSurprise) {
    const std::vector<std::string> files{"a,t\n1,2024-01-01 00:00:00\n2,2024-01-02 00:00:00\nx,never\nx\n3,\n"};
    const ScanSetup setup{.block_size = 20, .types = {{"t", {.type = Type::timestamp}}}, .may_start_over = true};
    const ScanRun run = scan_csv(files, {}, setup);
    EXPECT_EQ(run.scans, 1);
    EXPECT_EQ(run.summary.bad_rows, 2U);
    EXPECT_EQ(run.rows.back().text, "\"a\":3,\"t\":,");
}

std::string header_fault(const std::string& text) {
    const auto source = open_csv({text}, {}, {});
    return source ? "" : source.error().code + ": " + source.error().message;
}

TEST(CsvScan, HeadersAreChecked) {
    EXPECT_EQ(header_fault("a,b\n"), "");
    EXPECT_EQ(header_fault(""), "");
    EXPECT_TRUE(
        header_fault("a,a\n").starts_with("bad_header: a:1: byte 2: the header row cannot be read: the name 'a'"));
    EXPECT_TRUE(header_fault("\n\na,\"b\"x\n").starts_with("bad_header: a:3: byte 7: "));
    EXPECT_TRUE(header_fault("a,\xFF\n").starts_with("bad_header: a:1: byte 2: "));
    EXPECT_TRUE(header_fault("a,\"b\n").starts_with("bad_header: a:1: byte 2: "));
}

}  // namespace
}  // namespace sluice::formats::csv
