// Which lines are rows. Two judges are held against each other on every line: the scan and diagnose_syntax().
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "formats/jsonl/diagnosis.hpp"
#include "unit/formats_jsonl/scan_run.hpp"

namespace sluice::formats::jsonl {
namespace {

std::string code_of(Fault fault) { return std::string(fault_code(fault)); }

// A value as a column that somebody asks for, as one that nobody does, and inside another one: the same verdict.
std::string verdict_of_value(const std::string& value) {
    const std::string plain = verdict("{\"v\":" + value + "}");
    for (const std::string& line : {"{\"v\":" + value + " }", "{ \"v\" :\t" + value + " , \"w\":1}"}) {
        EXPECT_EQ(verdict(line).empty(), plain.empty()) << line;
    }
    EXPECT_EQ(verdict("{\"n\":{\"v\":" + value + "}}").empty(), plain.empty()) << value;
    EXPECT_EQ(verdict("{\"n\":[0," + value + "]}").empty(), plain.empty()) << value;
    ScanSetup setup{.slots = {"v"}, .entries = false};
    EXPECT_EQ(scan_text("{\"v\":" + value + "}", setup).summary.bad_rows, plain.empty() ? 0U : 1U) << value;
    return plain;
}

TEST(Strictness, GoodValues) {
    for (const char* value : {"0",
                              "-0",
                              "1",
                              "-1",
                              "10",
                              "1.5",
                              "-0.0",
                              "0e0",
                              "1E+2",
                              "1e-2",
                              "1.0e10",
                              "1e400",
                              "-1e-99999999999999999999",
                              "123456789012345678901234567890",
                              "true",
                              "false",
                              "null",
                              "\"\"",
                              "\"a\"",
                              R"("\"\\\/\b\f\n\r\t")",
                              R"("\u0000")",
                              R"("\ud83d\ude00")",
                              R"("\uD83D\uDE00\uD83D\uDE00")",
                              R"("\uFFFF")",
                              "[]",
                              "{}",
                              "[[],{}]",
                              "[1,\"a\",{\"a\":[]}]",
                              "{\"a\":1,\"a\":2}",
                              "\"\xC3\xA9\"",
                              "\"\xF4\x8F\xBF\xBF\"",
                              "\"\x7F\"",
                              "[ ]",
                              "{ }",
                              "\"{[:,]}\"",
                              R"("\\")",
                              R"("\\\"")",
                              R"("\\\\")"}) {
        EXPECT_EQ(verdict_of_value(value), "") << value;
    }
}

TEST(Strictness, BadValues) {
    const std::vector<std::pair<std::string, Fault>> values{
        {"01", Fault::bad_number},
        {"-", Fault::bad_number},
        {"-01", Fault::bad_number},
        {"1.", Fault::bad_number},
        {".5", Fault::bad_number},
        {"+1", Fault::bad_number},
        {"1e", Fault::bad_number},
        {"1e+", Fault::bad_number},
        {"1.e1", Fault::bad_number},
        {"1x", Fault::bad_number},
        {"1.2.3", Fault::bad_number},
        {"0x10", Fault::bad_number},
        {"1_000", Fault::bad_number},
        {"NaN", Fault::bad_literal},
        {"Infinity", Fault::bad_literal},
        {"-Infinity", Fault::bad_number},
        {"tru", Fault::bad_literal},
        {"True", Fault::bad_literal},
        {"truee", Fault::bad_literal},
        {"nulL", Fault::bad_literal},
        {"true1", Fault::bad_literal},
        {"", Fault::unexpected_character},
        {"'a'", Fault::unexpected_character},
        {"1 2", Fault::unexpected_character},
        {"1\"a\"", Fault::unexpected_character},
        {"true\"a\"", Fault::unexpected_character},
        {"\"a\"\"b\"", Fault::unexpected_character},
        {"\"a\"b", Fault::unexpected_character},
        {"\"a\" b", Fault::unexpected_character},
        {"\"a\"1", Fault::unexpected_character},
        {"1\\", Fault::unexpected_character},
        {"1\x0B", Fault::unexpected_character},
        {"1\x0C", Fault::unexpected_character},
        {"\x0C", Fault::unexpected_character},
        {"1\x1A"
         "2",
         Fault::unexpected_character},
        {std::string("1\0", 2), Fault::unexpected_character},
        {"[1,]", Fault::unexpected_character},
        {"[,1]", Fault::unexpected_character},
        {"[1 2]", Fault::unexpected_character},
        {"[1:2]", Fault::unexpected_character},
        {"{,}", Fault::unexpected_character},
        {"{\"a\"}", Fault::unexpected_character},
        {"{\"a\":}", Fault::unexpected_character},
        {"{\"a\":1,}", Fault::unexpected_character},
        {"{a:1}", Fault::unexpected_character},
        {"{1:1}", Fault::unexpected_character},
        {"{\"a\" \"b\"}", Fault::unexpected_character},
        {"{\"a\"::1}", Fault::unexpected_character},
        {"{\"a\":1]", Fault::unexpected_character},
        {"[1}", Fault::unexpected_character},
        {R"("\q")", Fault::bad_escape},
        {R"("\u12")", Fault::bad_escape},
        {R"("\u12G4")", Fault::bad_escape},
        {R"("\U0041")", Fault::bad_escape},
        {R"("\x41")", Fault::bad_escape},
        {R"("\ud800")", Fault::lone_surrogate},
        {R"("\udc00")", Fault::lone_surrogate},
        {R"("\ud800\ud800")", Fault::lone_surrogate},
        {R"("\ude00\ud83d")", Fault::lone_surrogate},
        {R"("\ud800\n")", Fault::lone_surrogate},
        {R"("\ud800\u12")", Fault::bad_escape},
        {"\"\t\"", Fault::control_character},
        {"\"\x01\"", Fault::control_character},
        {std::string("\"\0\"", 3), Fault::control_character},
        {"\"\x80\"", Fault::bad_utf8},
        {"\"\xC0\x80\"", Fault::bad_utf8},
        {"\"\xC3\"", Fault::bad_utf8},
        {"\"\xED\xA0\x80\"", Fault::bad_utf8},
        {"\"\xF4\x90\x80\x80\"", Fault::bad_utf8},
        {"\"\xF5\x80\x80\x80\"", Fault::bad_utf8},
        {"\"\xFF\"", Fault::bad_utf8},
        {"\xFF", Fault::bad_utf8},
    };
    for (const auto& [value, fault] : values) EXPECT_EQ(verdict_of_value(value), code_of(fault)) << value;
}

TEST(Strictness, WholeLines) {
    EXPECT_EQ(verdict("{}"), "");
    EXPECT_EQ(verdict("  {\"a\" : 1 }\t\r"), "");
    EXPECT_EQ(verdict("[1]"), "not_an_object");
    EXPECT_EQ(verdict("1"), "not_an_object");
    EXPECT_EQ(verdict("\"a\""), "not_an_object");
    EXPECT_EQ(verdict("null"), "not_an_object");
    EXPECT_EQ(verdict("hello"), "not_an_object");
    EXPECT_EQ(verdict("}"), "not_an_object");
    EXPECT_EQ(verdict("\xFE{"), "bad_utf8");
    EXPECT_EQ(verdict("{} {}"), "trailing_text");
    EXPECT_EQ(verdict("{}}"), "trailing_text");
    EXPECT_EQ(verdict("{},"), "trailing_text");
    EXPECT_EQ(verdict("{}\xFF"), "trailing_text");
    EXPECT_EQ(verdict("{\"a\":1"), "truncated");
    EXPECT_EQ(verdict("{\"a\":\"x"), "truncated");
    EXPECT_EQ(verdict("{\"a\":\"x\\"), "truncated");
    EXPECT_EQ(verdict("{\"a\":\"\\ud83d"), "truncated");
    EXPECT_EQ(verdict("{\"a\":-"), "truncated");
    EXPECT_EQ(verdict("{\"a\":tr"), "truncated");
    EXPECT_EQ(verdict("{\"a\":1,"), "truncated");
    EXPECT_EQ(verdict("{\"a\""), "truncated");
    EXPECT_EQ(verdict("{"), "truncated");
    EXPECT_EQ(verdict("{\"a\":1,\"a\":2}"), "duplicate_key");
    EXPECT_EQ(verdict("{\"\":1,\"\":2}"), "duplicate_key");
    EXPECT_EQ(verdict("{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}"), "duplicate_key");
    EXPECT_EQ(verdict("{\"a\":1,\"A\":2}"), "");
}

TEST(Strictness, NestingIsLimited) {
    const auto nested = [](std::size_t levels) {  // the line's own object is one of them
        return "{\"a\":" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
    };
    EXPECT_EQ(verdict(nested(1024)), "");
    EXPECT_EQ(verdict(nested(1025)), "too_deep");
    std::string objects = "1";
    for (int level = 0; level < 1024; ++level) objects = "{\"a\":" + objects + "}";
    EXPECT_EQ(verdict(objects), "");
    EXPECT_EQ(verdict("{\"a\":" + objects + "}"), "too_deep");
    EXPECT_EQ(verdict("{\"a\":" + std::string(2'000'000, '[') + "}"), "too_deep");
}

TEST(Strictness, AFaultIsFoundAtItsByte) {
    const auto offset = [](std::string_view line) { return diagnose_syntax(line)->offset; };
    EXPECT_EQ(offset(R"({"a":01})"), 5U);
    EXPECT_EQ(offset(R"({"a":"x\q"})"), 7U);
    EXPECT_EQ(offset("{\"a\":\"x\xFF\"}"), 7U);
    EXPECT_EQ(offset(R"({"a":1)"), 6U);
    EXPECT_EQ(offset(R"({"a":1} x)"), 8U);
    EXPECT_EQ(diagnose_syntax(R"({"a":1,"b":{"c":tru}})")->column, "b");
}

// A bad line between good ones: whatever its fault, only that line is lost.
TEST(Strictness, NeighboursSurvive) {
    for (const char* bad : {"\"", "{\"a\":\"", "\\", "{\"a\":\"\\", "\xFF", "{\"a\":\xC3", "{\"a\":\"\x01\"}", "{", "[",
                            "}", "\\\"", "{\"a\":\\\"}", "{\"a\":\"x\"\\", "\"\"\"", "{\"a\":\"b\\\"}"}) {
        const ScanRun run =
            scan_text(fmt::format("{{\"a\":1}}\n{}\n{{\"a\":\"\\n\"}}\n{}\n{}\n{{\"a\":3}}\n", bad, bad, bad));
        EXPECT_EQ(run.summary.rows, 3U) << bad;
        EXPECT_EQ(run.summary.bad_rows, 3U) << bad;
    }
}

// The folder of test inputs that several projects of ours share: beside the repository, or where SLUICE_SHARED says.
std::filesystem::path shared_folder() {
    if (const char* named = std::getenv("SLUICE_SHARED")) return named;
    return std::filesystem::path(SLUICE_ROOT) / ".." / "shared";
}

// Without its line ends, which stand outside texts in these files.
std::string on_one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

TEST(Strictness, JsonTestSuite) {
    const std::filesystem::path folder = shared_folder() / "data" / "json-test-suite" / "test_parsing";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "JSONTestSuite is not in " << folder << "; set SLUICE_SHARED";
    // Without a value at all, or with a newline inside a text, the file says nothing about a value on a line. The
    // suite's "i_" files are ours to decide: numbers of any size are good, and text must be UTF-8 without lone
    // surrogates.
    const std::set<std::string> good_by_choice{
        "i_number_double_huge_neg_exp.json", "i_number_huge_exp.json",
        "i_number_neg_int_huge_exp.json",    "i_number_pos_double_huge_exp.json",
        "i_number_real_neg_overflow.json",   "i_number_real_pos_overflow.json",
        "i_number_real_underflow.json",      "i_number_too_big_neg_int.json",
        "i_number_too_big_pos_int.json",     "i_number_very_big_negative_int.json",
        "i_structure_500_nested_arrays.json"};
    int seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename();
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        if (name == "n_string_unescaped_newline.json") continue;  // two lines, each cut: below
        const std::string value = on_one_line(text);
        const bool good = name.starts_with("y_") || good_by_choice.contains(name);
        EXPECT_EQ(verdict("{\"v\":" + value + "}").empty(), good) << name;
        EXPECT_EQ(verdict("{\"n\":[{\"v\":" + value + "}]}").empty(), good) << name;
        ++seen;
    }
    EXPECT_GT(seen, 300);
    EXPECT_EQ(scan_text("{\"v\":[\"new\nline\"]}\n").summary.bad_rows, 2U);
}

// Lines made by breaking good ones, the two judges side by side, under each of simdjson's implementations that this
// processor has.
class Implementations : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        before_ = simdjson::get_active_implementation();
        simdjson::get_active_implementation() = simdjson::get_available_implementations()[GetParam()];
    }
    void TearDown() override { simdjson::get_active_implementation() = before_; }
    const simdjson::implementation* before_ = nullptr;
};

std::string broken_line(std::mt19937& random) {
    static const std::vector<std::string> kGood{
        R"({"a":1,"b":"x\n\u00e9","c":[1,2.5e-3,{"d":null}],"e":{}})",
        R"( { "a" : "\ud83d\ude00" , "b" : [ ] , "c" : true , "d" : false } )",
        "{\"k\xC3\xA9y\":\"\xF0\x9F\x98\x80 \\\\ \\\" \",\"n\":-0.0,\"m\":[[[]]]}",
        R"({"":"","a\"b":"c:,{}[]","z":{"y":{"x":[{},{}]}}})",
    };
    static const std::vector<std::string> kPieces{"\"",
                                                  "\\",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ":",
                                                  ",",
                                                  " ",
                                                  "\t",
                                                  "\r",
                                                  "0",
                                                  "1",
                                                  "-",
                                                  ".",
                                                  "e",
                                                  "E",
                                                  "+",
                                                  "true",
                                                  "null",
                                                  "false",
                                                  "nul",
                                                  "\\u",
                                                  "d800",
                                                  "dc00",
                                                  "\\ud83d",
                                                  "\x01",
                                                  "\x0C",
                                                  "\x1A",
                                                  "\x80",
                                                  "\xC3",
                                                  "\xFF",
                                                  "\xEF\xBB\xBF",
                                                  std::string(1, '\0'),
                                                  "\\\"",
                                                  "\\\\"};
    const auto pick = [&random](std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
    };
    std::string line = kGood[pick(kGood.size())];
    for (std::size_t change = pick(4); change > 0 && !line.empty(); --change) {
        const std::size_t at = pick(line.size());
        switch (pick(4)) {
            case 0:
                line.erase(at, 1 + pick(3));
                break;
            case 1:
                line.insert(at, kPieces[pick(kPieces.size())]);
                break;
            case 2:
                line.replace(at, 1, kPieces[pick(kPieces.size())]);
                break;
            default:
                line.resize(at);
                break;
        }
    }
    return line;
}

// What the diagnosis makes of a line: 1 for a row or a line that only lacks a unique key, else 0.
std::uint64_t rows_by_diagnosis(const std::string& line) {
    const bool blank = line.find_first_not_of(" \t\r") == std::string::npos;
    return blank || diagnose_syntax(line).has_value() ? 0 : 1;
}

std::uint64_t duplicate_keys(const ScanRun& run) {
    const auto is_duplicate = [](const BadRow& bad) { return bad.code == "duplicate_key"; };
    return static_cast<std::uint64_t>(std::ranges::count_if(run.summary.first_bad_rows, is_duplicate));
}

TEST_P(Implementations, AgreeWithTheDiagnosis) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 60; ++round) {
        // The empty line at the start keeps a byte order mark from being skipped.
        std::string content = "\n";
        std::uint64_t rows = 0;
        for (int count = 0; count < 20; ++count) {
            const std::string line = broken_line(random);
            const ScanRun alone = scan_text("\n" + line);
            ASSERT_EQ(alone.summary.rows + duplicate_keys(alone), rows_by_diagnosis(line)) << line;
            rows += alone.summary.rows;
            content += line + "\n";
        }
        const ScanRun together = scan_text(content);
        ASSERT_EQ(together.summary.rows, rows) << content;
        ASSERT_EQ(laid_out(together), laid_out(scan_text(content, {.block_size = 37, .readers = 2}))) << content;
    }
}

std::vector<std::string> implementation_names() {
    std::vector<std::string> names;
    for (const simdjson::implementation* implementation : simdjson::get_available_implementations()) {
        if (implementation->supported_by_runtime_system()) names.push_back(implementation->name());
    }
    return names;
}

INSTANTIATE_TEST_SUITE_P(Simdjson, Implementations, testing::ValuesIn(implementation_names()),
                         [](const auto& information) { return information.param; });

}  // namespace
}  // namespace sluice::formats::jsonl
