#include "utils/percent.hpp"

#include <gtest/gtest.h>

#include "utils/hex.hpp"

namespace sluice {
namespace {

TEST(Percent, EncodesAllButUnreservedCharactersAndThoseThatAreKept) {
    EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percent_encoded("a b/c%41+&=\n\xC3\xA9"), "a%20b%2Fc%2541%2B%26%3D%0A%C3%A9");
    EXPECT_EQ(percent_encoded("a/b c", "/"), "a/b%20c");
    EXPECT_EQ(percent_encoded(""), "");
}

TEST(Hex, DigitsInBothCasesAndNothingElse) {
    int found = 0;
    for (int c = 0; c < 256; ++c) found += hex_digit(static_cast<char>(c)) >= 0 ? 1 : 0;
    EXPECT_EQ(found, 22);
    EXPECT_EQ(hex_digit('0'), 0);
    EXPECT_EQ(hex_digit('9'), 9);
    EXPECT_EQ(hex_digit('a'), 10);
    EXPECT_EQ(hex_digit('F'), 15);
    EXPECT_EQ(hex_digit('g'), -1);
}

}  // namespace
}  // namespace sluice
