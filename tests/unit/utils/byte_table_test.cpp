#include "utils/byte_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice {
namespace {

TEST(ByteTable, NumbersDistinctStringsInOrderOfArrival) {
    ByteTable table;
    std::vector<std::string> strings;
    for (int i = 0; i < 5000; ++i) {
        strings.push_back(std::string(static_cast<std::size_t>(i % 37), 'x') + std::to_string(i));
    }
    strings.emplace_back();
    strings.emplace_back("\0", 1);
    strings.emplace_back("\0\0", 2);
    for (std::uint32_t round = 0; round < 2; ++round) {
        for (std::uint32_t i = 0; i < strings.size(); ++i) {
            // A copy, so that the table cannot lean on the caller's bytes.
            EXPECT_EQ(table.add(std::string(strings[i])), i + 1);
        }
    }
    EXPECT_EQ(table.size(), strings.size());
    for (std::uint32_t i = 0; i < strings.size(); ++i) EXPECT_EQ(table[i + 1], strings[i]);
}

// Both ways through it: a table that fits the cache and one that does not.
TEST(ByteTable, ManyAtOnceGetTheNumbersOfOneByOne) {
    ByteTable one_by_one;
    ByteTable at_once;
    for (int round = 0; round < 3; ++round) {
        std::vector<std::string> strings = {""};
        for (int i = 0; i < 20000; ++i) strings.push_back("key " + std::to_string(i * (round + 1)));
        const std::vector<std::string_view> views(strings.begin(), strings.end());
        std::vector<std::uint32_t> numbers(views.size());
        at_once.add_all(views, numbers);
        EXPECT_EQ(numbers[0], 0U);
        for (std::size_t i = 1; i < views.size(); ++i) ASSERT_EQ(numbers[i], one_by_one.add(views[i]));
    }
}

TEST(ByteTable, EveryByteOfAStringCounts) {
    for (std::size_t size = 1; size <= 40; ++size) {
        const std::string plain(size, 'a');
        for (std::size_t at = 0; at < size; ++at) {
            std::string changed = plain;
            changed[at] = 'b';
            EXPECT_NE(hash_bytes(plain), hash_bytes(changed)) << size << " bytes, byte " << at;
        }
    }
}

}  // namespace
}  // namespace sluice
