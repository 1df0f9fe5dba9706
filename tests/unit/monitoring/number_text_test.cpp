#include "monitoring/number_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace sluice {
namespace {

TEST(NumberText, CountsAreGroupedByThree) {
    EXPECT_EQ(count_text(0), "0");
    EXPECT_EQ(count_text(999), "999");
    EXPECT_EQ(count_text(1000), "1,000");
    EXPECT_EQ(count_text(100000), "100,000");
    EXPECT_EQ(count_text(1234567), "1,234,567");
    EXPECT_EQ(count_text(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(NumberText, BytesTakeTheUnitThatKeepsThemBelow1024) {
    EXPECT_EQ(bytes_text(0), "0 B");
    EXPECT_EQ(bytes_text(1023), "1023 B");
    EXPECT_EQ(bytes_text(1024), "1.0 KiB");
    EXPECT_EQ(bytes_text(1024 * 1024 - 1), "1.0 MiB");
    EXPECT_EQ(bytes_text(1288490188), "1.2 GiB");
    EXPECT_EQ(bytes_text(UINT64_MAX), "16.0 EiB");
}

TEST(NumberText, SecondsNeverRoundIntoTheNextUnit) {
    EXPECT_EQ(seconds_text(-1), "0.0 ms");
    EXPECT_EQ(seconds_text(0), "0.0 ms");
    EXPECT_EQ(seconds_text(0.0004), "0.4 ms");
    EXPECT_EQ(seconds_text(0.34), "340 ms");
    EXPECT_EQ(seconds_text(0.9996), "1.0 s");
    EXPECT_EQ(seconds_text(3.4), "3.4 s");
    EXPECT_EQ(seconds_text(59.96), "1 min 00 s");
    EXPECT_EQ(seconds_text(125), "2 min 05 s");
    EXPECT_EQ(seconds_text(3599.6), "1 h 00 min");
    EXPECT_EQ(seconds_text(3720), "1 h 02 min");
}

TEST(NumberText, RateNeedsTime) {
    EXPECT_EQ(rate_text(1024 * 1024, 0.5), "2.0 MiB/s");
    EXPECT_EQ(rate_text(1024, 0), "");
}

}  // namespace
}  // namespace sluice
