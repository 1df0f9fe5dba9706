#include "utils/crc64nvme.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace sluice {
namespace {

using ::testing::HasSubstr;

// Bit by bit, from the definition: reflected polynomial 0xad93d23594c93659, all ones in, all ones out.
std::uint64_t bitwise(std::string_view bytes) {
    std::uint64_t rest = ~std::uint64_t{0};
    for (const char byte : bytes) {
        rest ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1U) ^ ((rest & 1U) != 0 ? 0x9a6c9329ac4bc9b5U : 0U);
    }
    return ~rest;
}

std::string random_bytes(std::mt19937_64& random, std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

TEST(Crc64Nvme, HasTheCheckValueOfTheSpecification) {
    EXPECT_EQ(crc64nvme("123456789"), 0xae8b14860a799888U);
    EXPECT_EQ(crc64nvme_text(crc64nvme("123456789")), "ae8b14860a799888");
    EXPECT_EQ(crc64nvme_text(crc64nvme("")), "0000000000000000");
}

TEST(Crc64Nvme, EqualsABitwiseReferenceAtEveryLength) {
    std::mt19937_64 random(1);
    const std::string bytes = random_bytes(random, 2000);
    for (std::size_t size = 0; size <= bytes.size(); size += 1 + size / 16) {
        const std::string_view part = std::string_view(bytes).substr(0, size);
        ASSERT_EQ(crc64nvme(part), bitwise(part)) << size;
        ASSERT_EQ(crc64nvme(part.substr(size / 3), crc64nvme(part.substr(0, size / 3))), bitwise(part)) << size;
    }
}

TEST(PieceChecksums, CombineInAnyOrder) {
    std::mt19937_64 random(2);
    const std::string bytes = random_bytes(random, 5000);
    for (int round = 0; round < 50; ++round) {
        std::vector<std::pair<std::size_t, std::size_t>> pieces;
        for (std::size_t begin = 0; begin < bytes.size();) {
            const std::size_t size = std::min<std::size_t>(1 + random() % 700, bytes.size() - begin);
            pieces.emplace_back(begin, size);
            begin += size;
        }
        std::ranges::shuffle(pieces, random);
        PieceChecksums checksums;
        for (const auto& [begin, size] : pieces) {
            checksums.add(begin, size, crc64nvme(std::string_view(bytes).substr(begin, size)));
        }
        checksums.add(17, 0, 0);
        const auto combined = checksums.combine(bytes.size());
        ASSERT_TRUE(combined) << combined.error().message;
        ASSERT_EQ(*combined, bitwise(bytes));
    }
}

TEST(PieceChecksums, RefuseGapsAndOverlaps) {
    PieceChecksums gap;
    gap.add(0, 10, 1);
    gap.add(11, 5, 1);
    EXPECT_THAT(gap.combine(16).error().message, HasSubstr("at byte 10 (next piece at 11)"));
    PieceChecksums overlap;
    overlap.add(0, 10, 1);
    overlap.add(9, 5, 1);
    EXPECT_FALSE(overlap.combine(14));
    PieceChecksums cut;
    cut.add(0, 10, 1);
    EXPECT_THAT(cut.combine(11).error().message, HasSubstr("10 of 11 bytes"));
}

}  // namespace
}  // namespace sluice
