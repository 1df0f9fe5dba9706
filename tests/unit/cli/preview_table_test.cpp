#include "cli/preview_table.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/terminal_text.hpp"

namespace sluice {
namespace {

TEST(PreviewTable, ShowsTextWithoutQuotesUnlessItReadsAsAnotherValue) {
    EXPECT_EQ(cell_text("\"view\""), "view");
    EXPECT_EQ(cell_text("null"), "null");
    EXPECT_EQ(cell_text("\"null\""), "\"null\"");
    EXPECT_EQ(cell_text("\"12\""), "\"12\"");
    EXPECT_EQ(cell_text("12.50"), "12.50");
    EXPECT_EQ(cell_text("\"\""), "\"\"");
    EXPECT_EQ(cell_text("\" a\""), "\" a\"");
    EXPECT_EQ(cell_text("\"a\\nb\\u001b\""), "a\\nb\\u001b");
    EXPECT_EQ(cell_text("\"2024-01-01\""), "2024-01-01");
}

TEST(PreviewTable, AlignsWideCharactersAndNumbers) {
    EXPECT_EQ(data_table({{"名前", Align::left}, {"n", Align::right}}, {{"日本", "1"}, {"a", "100"}}, 80),
              "名前    n\n"
              "────  ───\n"
              "日本    1\n"
              "a     100\n");
}

TEST(PreviewTable, CutsTheWidestColumnsFirst) {
    EXPECT_EQ(data_table({{"id", Align::left}, {"text", Align::left}}, {{"1", "abcdefghijklmnop"}}, 14),
              "id  text\n"
              "──  ──────────\n"
              "1   abcdefghi…\n");
}

TEST(PreviewTable, NamesTheColumnsForWhichThereIsNoRoom) {
    const std::string text = data_table({{"first"}, {"second"}, {"third"}}, {{"aaaaaaaaaa", "b", "c"}}, 18);
    EXPECT_EQ(text,
              "first       second\n"
              "──────────  ──────\n"
              "aaaaaaaaaa  b\n"
              "and 1 more column…\n");
}

TEST(PreviewTable, NoLineIsWiderThanTheTerminal) {
    for (std::size_t width = 10; width < 60; ++width) {
        std::istringstream lines(data_table({{"column one"}, {"日本語"}, {"c"}, {"a long name"}},
                                            {{"abcdefghijklmnop", "日本語日本語日本語", "1", "x"}}, width));
        for (std::string line; std::getline(lines, line);) EXPECT_LE(text_width(line), width) << line;
    }
}

}  // namespace
}  // namespace sluice
