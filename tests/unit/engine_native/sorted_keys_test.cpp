#include "engine/native/sorted_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <string>

namespace sluice {
namespace {

std::vector<std::string> distinct_keys(std::size_t count, const std::string& prefix, unsigned seed) {
    std::mt19937 random(seed);
    std::set<std::string> keys;
    while (keys.size() < count) {
        std::string key = prefix;
        for (std::size_t size = random() % 14; size > 0; --size)
            key.push_back(static_cast<char>("\0a\xff"[random() % 3]));
        keys.insert(key + std::to_string(random() % count));
    }
    std::vector<std::string> shuffled(keys.begin(), keys.end());
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    return shuffled;
}

TEST(SortKeys, OrdersByBytesWithAnyNumberOfThreads) {
    for (const std::size_t count : {0U, 1U, 2U, 500U, 20000U}) {
        for (const std::string prefix : {"", "user_", "a long prefix that is the same"}) {
            const std::vector<std::string> keys = distinct_keys(count, prefix, 7);
            std::vector<std::string_view> views = {""};
            views.insert(views.end(), keys.begin(), keys.end());
            std::vector<std::uint32_t> expected(count);
            std::iota(expected.begin(), expected.end(), 1);
            std::sort(expected.begin(), expected.end(),
                      [&](std::uint32_t a, std::uint32_t b) { return views[a] < views[b]; });
            const auto key_of = [&](std::uint32_t number) { return views[number]; };
            for (const int threads : {1, 2, 3}) {
                EXPECT_EQ(sort_keys(static_cast<std::uint32_t>(views.size()), key_of, threads), expected)
                    << count << prefix;
            }
        }
    }
}

TEST(SortByCount, IsStableAndDescending) {
    std::mt19937_64 random(11);
    for (const std::uint64_t most : {std::uint64_t{1}, std::uint64_t{5}, std::uint64_t{3000}, ~std::uint64_t{0}}) {
        std::vector<std::uint64_t> counts(10000);
        for (std::uint64_t& count : counts) count = most == ~std::uint64_t{0} ? random() : random() % most;
        std::vector<std::uint32_t> positions(counts.size());
        std::iota(positions.begin(), positions.end(), 0);
        std::shuffle(positions.begin(), positions.end(), random);
        std::vector<std::uint32_t> expected = positions;
        std::stable_sort(expected.begin(), expected.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return counts[a] > counts[b]; });
        for (const int threads : {1, 3}) {
            std::vector<std::uint32_t> sorted = positions;
            sort_by_count(sorted, counts, threads);
            EXPECT_EQ(sorted, expected);
        }
    }
}

}  // namespace
}  // namespace sluice
