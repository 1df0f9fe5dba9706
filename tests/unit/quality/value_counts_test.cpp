#include "quality/value_counts.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace sluice {
namespace {

TEST(ValueCounts, IsExactWhileThereAreFew) {
    ValueCounts counts;
    for (const char* key : {"b", "a", "c", "a", "b", "a"}) counts.add(key);
    EXPECT_TRUE(counts.exact());
    EXPECT_EQ(counts.size(), 3U);
    const auto top = counts.top(2);
    ASSERT_EQ(top.size(), 2U);
    EXPECT_EQ(top[0].key, "a");
    EXPECT_EQ(top[0].at_least, 3U);
    EXPECT_EQ(top[0].at_most, 3U);
    EXPECT_EQ(top[1].key, "b");
}

// Against an exact count of the same keys.
TEST(ValueCounts, BoundsOfManyKeysHold) {
    constexpr unsigned kSeed = 7;
    std::mt19937 random(kSeed);
    std::map<std::string, std::uint64_t> truth;
    ValueCounts counts;
    for (int draw = 0; draw < 400'000; ++draw) {
        const auto number = random();
        const std::string key = number % 4 == 0 ? "hot " + std::to_string(number / 4 % 5) : std::to_string(number);
        ++truth[key];
        counts.add(key);
    }
    EXPECT_FALSE(counts.exact());
    EXPECT_LE(counts.size(), ValueCounts::kMostKeys);
    const auto top = counts.top(5);
    ASSERT_EQ(top.size(), 5U);
    for (const ValueCounts::Count& count : top) {
        EXPECT_EQ(count.key.substr(0, 4), "hot ");
        EXPECT_LE(count.at_least, truth[count.key]);
        EXPECT_GE(count.at_most, truth[count.key]);
    }
}

TEST(ValueCounts, LongKeysDoNotFillTheMemory) {
    ValueCounts counts;
    for (int index = 0; index < 50; ++index) counts.add(std::string(100'000, 'x') + std::to_string(index));
    EXPECT_FALSE(counts.exact());
    EXPECT_LE(counts.size() * 100'000, ValueCounts::kMostBytes);
    counts.add(std::string(5U << 20U, 'y'));
    EXPECT_LE(counts.size(), 1U);
}

}  // namespace
}  // namespace sluice
