#include "engine/native/byte_table.hpp"

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
