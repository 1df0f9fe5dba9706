#include "cli/text_table.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(TextTable, AlignsColumnsAndLeavesOutEmptyOnes) {
    TextTable table({{"name"}, {"bad", Align::right}, {"rows", Align::right}, {"by"}});
    table.add({"a", "", "1,000", "native"});
    table.add({"größer", "", "7", ""});
    EXPECT_EQ(table.text(),
              "name     rows  by\n"
              "a       1,000  native\n"
              "größer      7\n");
}

TEST(TextTable, IsEmptyWithoutRows) { EXPECT_EQ(TextTable({{"name"}}).text(), ""); }

TEST(TextTable, FitsByCharactersNotBytes) {
    EXPECT_EQ(fit_text("größer", 6), "größer");
    EXPECT_EQ(fit_text("größer!", 6), "grö...");
    EXPECT_EQ(fit_text("abcdef", 2), "..");
    EXPECT_EQ(fit_text("abcdef", 0), "");
    for (std::size_t width = 0; width < 9; ++width) EXPECT_LE(text_width(fit_text("äöüäöüäöü", width)), width);
}

TEST(TextTable, NamesCannotMoveTheCursor) {
    EXPECT_EQ(printable("read \x1b[2Ja\n"), "read ?[2Ja?");
    EXPECT_EQ(printable("größe 😀"), "größe 😀");
    EXPECT_EQ(printable("\x7f\xc2\x9b"), "??");
    EXPECT_EQ(printable("\xe2\x80\xae"), "?");              // turns the text's direction around
    EXPECT_EQ(printable("a\xff\xc3"), "a??");               // broken UTF-8
    EXPECT_EQ(printable("\xed\xa0\x80\xc0\xaf"), "?????");  // a surrogate, an overlong form
}

}  // namespace
}  // namespace sluice
