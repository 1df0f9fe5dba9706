// Arrays of objects against the same objects as JSON lines, for every small block size.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "formats/json/json_format.hpp"
#include "formats/scan/file_source.hpp"
#include "unit/formats_jsonl/scan_run.hpp"

namespace sluice::formats::json {
namespace {

using jsonl::ScanRun;
using jsonl::ScanSetup;

ScanRun scan_json(const std::string& text, const ScanSetup& setup = {}) {
    const auto source =
        FileSource::open(jsonl::files_of({text}), json_format(),
                         {.name = "source", .types = {}, .block_size = setup.block_size, .max_row = setup.max_line});
    EXPECT_TRUE(source.has_value()) << source.error().message;
    return source ? jsonl::run_scan(**source, setup) : ScanRun();
}

std::string values_of(const ScanRun& run) {
    std::string all;
    for (const auto& row : run.rows) all += row.text + "\n";
    return all + fmt::format("bad {}", run.summary.bad_rows);
}

TEST(JsonArray, IsReadAsLinesAre) {
    const std::vector<std::string> objects{"{}",
                                           R"({"a":1,"b":"]},[{"})",
                                           R"({"a":"\\","b":"\"},"})",
                                           R"({"c":[[{"d":[]}],"]"]})",
                                           R"({"a":01})",
                                           R"({"a":1,"a":2})",
                                           R"({"a":"\q"})",
                                           "7",
                                           "\"x,y\"",
                                           R"({"a":nul})",
                                           R"({"\u0061":-0.0e-1})",
                                           "[{},{}]"};
    const std::vector<std::string> spaces{"", " ", "\n", "\r\n  ", "\t"};
    const unsigned seed = std::random_device()();
    std::mt19937 random(seed);
    const auto one_of = [&random](const std::vector<std::string>& all) { return all[random() % all.size()]; };
    for (int round = 0; round < 60; ++round) {
        std::string array = one_of(spaces) + "[";
        std::string lines;
        const auto count = random() % 12;
        for (std::size_t row = 0; row < count; ++row) {
            const std::string& object = one_of(objects);
            array += (row == 0 ? "" : ",") + one_of(spaces) + object + one_of(spaces);
            lines += object + "\n";
        }
        array += one_of(spaces) + "]" + one_of(spaces);
        const std::string expected = values_of(jsonl::scan_text(lines));
        const std::string whole = laid_out(scan_json(array));
        EXPECT_EQ(values_of(scan_json(array)), expected) << "seed " << seed << "\n" << array;
        for (std::uint64_t block_size = 1; block_size < 40; block_size += 1 + random() % 4) {
            const ScanSetup setup{.block_size = block_size, .readers = block_size % 2 == 0 ? 2 : 1};
            EXPECT_EQ(laid_out(scan_json(array, setup)), whole) << "seed " << seed << ", block " << block_size << "\n"
                                                                << array;
        }
    }
}

// A document that was cut anywhere is never taken for a whole one.
TEST(JsonArray, EveryCutIsSeen) {
    const std::string whole = R"([{"a": "x,]"}, {"b": [1, {}]} , {"c": 1}])";
    for (std::size_t size = 1; size < whole.size(); ++size) {
        for (const std::uint64_t block_size : {1U, 7U, 1000U}) {
            const ScanRun run = scan_json(whole.substr(0, size), {.block_size = block_size});
            ASSERT_EQ(run.summary.bad_rows, 1U) << whole.substr(0, size) << " block " << block_size;
            EXPECT_EQ(run.summary.first_bad_rows[0].code, "truncated") << whole.substr(0, size);
        }
    }
    EXPECT_EQ(scan_json(whole).summary.rows, 3U);
}

TEST(JsonArray, AnElementOverTheLimitIsBad) {
    const std::string text = "[{\"a\": \"" + std::string(300, ',') + "\"}, {\"b\": 1}]";
    for (const std::uint64_t block_size : {1U, 64U, 1000U}) {
        const ScanRun run = scan_json(text, {.block_size = block_size, .max_line = 200});
        EXPECT_EQ(values_of(run), "\"b\":1,\nbad 1");
        EXPECT_EQ(run.summary.first_bad_rows.at(0).code, "too_long");
    }
}

}  // namespace
}  // namespace sluice::formats::json
