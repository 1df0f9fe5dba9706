// What is tricky beside the tree: days, the file of variables, words that give a secret away, the type of a secret.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/dates.hpp"
#include "config/env_file.hpp"
#include "config/secret_file.hpp"
#include "config/secret_words.hpp"
#include "utils/secret.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

template <typename T>
concept Printable = requires(std::ostream& stream, const T& value) {
    stream << value;
};
template <typename T>
concept Comparable = requires(const T& value) {
    value == value;
};
static_assert(!Printable<Secret> && !fmt::is_formattable<Secret>::value && !Comparable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<std::string, Secret>);

Day day(const char* text) { return parse_day(text).value(); }

TEST(Days, AreThoseOfTheCalendar) {
    for (const char* good : {"2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"})
        EXPECT_EQ(day_text(day(good)), good);
    for (const char* bad : {"2023-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "0000-01-01",
                            "2026/01/01", "2026-01-01 ", "2026-01-0a", "", "-026-01-01"}) {
        EXPECT_FALSE(parse_day(bad)) << bad;
    }
    EXPECT_EQ(day_text(next_day(day("2024-02-28"))), "2024-02-29");
    EXPECT_EQ(day_text(next_day(day("2026-12-31"))), "2027-01-01");
    EXPECT_EQ(day_text(day_before(day("2026-03-01"))), "2026-02-28");
}

TEST(Days, HaveFormats) {
    EXPECT_EQ(format_day(day("2026-03-01"), "%Y/%m/%d %y %j 100%%"), "2026/03/01 26 060 100%");
    EXPECT_EQ(format_day(day("0007-01-02"), "%Y"), "0007");
    for (const char* bad : {"%H", "%", "%Y%", "%-d"}) EXPECT_FALSE(format_day(day("2026-03-01"), bad)) << bad;
}

TEST(Days, TodayIsThatOfTheZone) {
    const auto at = [](const char* date, int hours) {
        return std::chrono::sys_days(day(date)) + std::chrono::hours(hours);
    };
    const TimeZone jakarta = TimeZone::named("Asia/Jakarta").value();
    EXPECT_EQ(day_text(day_at(at("2026-11-22", 16), jakarta)), "2026-11-22");
    EXPECT_EQ(day_text(day_at(at("2026-11-22", 17), jakarta)), "2026-11-23");  // UTC+7
    const TimeZone los_angeles = TimeZone::named("America/Los_Angeles").value();
    EXPECT_EQ(day_text(day_at(at("2026-07-02", 6), los_angeles)), "2026-07-01");  // UTC-7
    EXPECT_EQ(day_text(day_at(at("2026-07-02", 7), los_angeles)), "2026-07-02");
    EXPECT_EQ(day_text(day_at(at("2026-07-02", 0), TimeZone::utc())), "2026-07-02");
}

class Files : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "config_values_XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }
    std::string put(const std::string& text) {
        std::ofstream(folder_ / "file", std::ios::binary) << text;
        return (folder_ / "file").string();
    }
    fs::path folder_;
};

TEST_F(Files, OfVariables) {
    Diagnostics diagnostics;
    const auto variables =
        read_env_file(put("\xEF\xBB\xBF# c\n\nA=1\r\n  export B = \nC='a # \"b\"' # c\nD=\"\\n\\t\\\\\\\"\\$x\"\nE=\n"
                          "F=a#b\nG=h # c"),
                      diagnostics);
    EXPECT_EQ(diagnostics.list().size(), 1);  // B
    const std::map<std::string, std::string> expected{{"A", "1"}, {"C", "a # \"b\""}, {"D", "\n\t\\\"$x"},
                                                      {"E", ""},  {"F", "a#b"},       {"G", "h"}};
    EXPECT_EQ(variables, expected);
    EXPECT_TRUE(read_env_file(folder_ / "absent", diagnostics).empty());
    EXPECT_EQ(diagnostics.list().size(), 1);
    EXPECT_TRUE(read_env_file(folder_, diagnostics).empty());
    EXPECT_EQ(diagnostics.list().size(), 2);
}

TEST_F(Files, OfSecrets) {
    EXPECT_EQ(read_secret_file(put("token\n")).value().reveal(), "token");
    EXPECT_EQ(read_secret_file(put("two\nlines\n\n")).value().reveal(), "two\nlines\n");
    for (const std::string& bad : {std::string(), std::string("\n"), std::string("a\0b", 3), std::string(65'537, 'x')})
        EXPECT_FALSE(read_secret_file(put(bad)));
    EXPECT_TRUE(read_secret_file(put(std::string(65'536, 'x'))));
    const std::string path = put("token");
    fs::permissions(path, fs::perms::others_write, fs::perm_options::add);
    EXPECT_FALSE(read_secret_file(path));
}

std::string masked_line(const std::string& text, std::uint32_t line) {
    std::string result;
    std::istringstream lines(text);
    for (std::uint32_t i = 0; i < line; ++i) std::getline(lines, result);
    auto ranges = secret_words(text, line);
    for (auto range = ranges.rbegin(); range != ranges.rend(); ++range)
        result.replace(range->begin, range->end - range->begin, kMasked);
    return result;
}

TEST(SecretWords, HideTheirValues) {
    EXPECT_EQ(masked_line("{user: a, password: b, path: c}", 1), "{user: a, password: ***, path: c}");
    EXPECT_EQ(masked_line("API_TOKEN=\"a \\\" b\" # c", 1), "API_TOKEN=*** # c");
    EXPECT_EQ(masked_line("aws_secret_access_key: 'it''s'", 1), "aws_secret_access_key: ***");
    EXPECT_EQ(masked_line("token: ${TOKEN}", 1), "token: ${TOKEN}");
    EXPECT_EQ(masked_line("token: ${TOKEN:-default}", 1), "token: ***}");
    EXPECT_EQ(masked_line("environment:\n  # c\n  A: b\n  C: d", 4), "  C: ***");
    EXPECT_EQ(masked_line("- {environment: {A: b, C: d}, e: f}", 1), "- {environment: {A: ***, C: ***}, e: f}");
    EXPECT_EQ(masked_line("environment:\n  A: b\nc: d", 3), "c: d");
    EXPECT_EQ(masked_line("{endpoint: \"https://a:b@c:9000/d@e\", f: g}", 1),
              "{endpoint: \"https://***@c:9000/d@e\", f: g}");
}

TEST(SecretWords, HideTheValueOfAnOption) {
    EXPECT_EQ(masked_set_option("data_sources[a].environment.B=c"), "data_sources[a].environment.B=***");
    EXPECT_EQ(masked_set_option("alerts[a].token=c"), "alerts[a].token=***");
    EXPECT_EQ(masked_set_option("data_sources[a].environment.B=${C}"), "data_sources[a].environment.B=${C}");
    EXPECT_EQ(masked_set_option("retry.attempts=3"), "retry.attempts=3");
}

}  // namespace
}  // namespace sluice
