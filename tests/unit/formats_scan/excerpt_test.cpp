#include "formats/scan/excerpt.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::formats {
namespace {

TEST(Excerpt, IsPrintable) {
    EXPECT_EQ(excerpt_around("{\"a\":\"\x01\xFF\xC3\xA9\x7F\"}", 6).text, "{\"a\":\"\\x01\\xFF\xC3\xA9\\x7F\"}");
    const std::string line(1000, 'x');
    EXPECT_EQ(excerpt_around(line, 500).text, "..." + std::string(80, 'x') + "...");
    EXPECT_EQ(excerpt_around(line, 5000).text, "..." + std::string(40, 'x'));
    std::string accents;
    for (int count = 0; count < 100; ++count) accents += "\xC3\xA9";
    EXPECT_EQ(excerpt_around(accents, 101).text.find("\\x"), std::string::npos);
}

}  // namespace
}  // namespace sluice::formats
