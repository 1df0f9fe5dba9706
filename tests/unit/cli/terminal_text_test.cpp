#include "cli/terminal_text.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(TerminalText, FitsByCharactersNotBytes) {
    EXPECT_EQ(fit_text("größer", 6), "größer");
    EXPECT_EQ(fit_text("größer!", 6), "grö...");
    EXPECT_EQ(fit_text("abcdef", 2), "..");
    EXPECT_EQ(fit_text("abcdef", 0), "");
    for (std::size_t width = 0; width < 9; ++width) EXPECT_LE(text_width(fit_text("äöüäöüäöü", width)), width);
}

TEST(TerminalText, NamesCannotMoveTheCursor) {
    EXPECT_EQ(printable("read \x1b[2Ja\n"), "read ?[2Ja?");
    EXPECT_EQ(printable("größe 😀"), "größe 😀");
    EXPECT_EQ(printable("\x7f\xc2\x9b"), "??");
    EXPECT_EQ(printable("\xe2\x80\xae"), "?");              // turns the text's direction around
    EXPECT_EQ(printable("a\xff\xc3"), "a??");               // broken UTF-8
    EXPECT_EQ(printable("\xed\xa0\x80\xc0\xaf"), "?????");  // a surrogate, an overlong form
}

TEST(TerminalText, CountsColumnsNotCharacters) {
    EXPECT_EQ(text_width("abc"), 3U);
    EXPECT_EQ(text_width("日本"), 4U);
    EXPECT_EQ(text_width("e\xCC\x81"), 1U);  // e and a combining acute
    EXPECT_EQ(text_width("😀"), 2U);
    EXPECT_EQ(text_width("a\xff"), 2U);
    EXPECT_EQ(fit_text("日本語", 5, "…"), "日本…");
    EXPECT_EQ(fit_text("日本語", 4, "…"), "日…");
}

TEST(TerminalText, DataIsShownWithItsControlCharactersEscaped) {
    EXPECT_EQ(escaped("a\nb\t\x1b[2J\x7f"), "a\\nb\\t\\u001b[2J\\u007f");
    EXPECT_EQ(escaped("\xc2\x9b\xe2\x80\xae\xe2\x81\xa6"), "\\u009b\\u202e\\u2066");
    EXPECT_EQ(escaped("größe \xff"), "größe ?");
}

}  // namespace
}  // namespace sluice
