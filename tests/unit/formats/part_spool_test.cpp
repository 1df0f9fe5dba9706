#include "formats/part_spool.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice {
namespace {

std::string text_of(const PartSpool& spool, std::size_t part) {
    PartSpool::Reader reader(spool, part);
    std::string all;
    for (;;) {
        const auto rows = reader.next();
        EXPECT_TRUE(rows) << rows.error().message;
        if (!rows || rows->empty()) return all;
        all += *rows;
    }
}

// Many parts under a limit that is far below what they have together, one of them with most of the rows.
TEST(PartSpool, KeepsRowsInOrderWithinTheLimit) {
    constexpr std::size_t kParts = 3000;
    constexpr std::uint64_t kLimit = std::uint64_t{1} << 20U;
    PartSpool spool(::testing::TempDir(), kLimit);
    std::map<std::size_t, std::string> wanted;
    for (std::size_t part = 0; part < kParts; ++part) spool.add_part();
    std::mt19937 random(1);
    std::uint64_t most = 0;
    for (int number = 0; number < 200'000; ++number) {
        const std::size_t part = number % 3 == 0 ? 7 : random() % kParts;
        const std::string row = std::to_string(number) + std::string(random() % 60, '.') + ";";
        ASSERT_TRUE(spool.add(part, row));
        wanted[part] += row;
        most = std::max(most, spool.held());
    }
    EXPECT_LE(most, kLimit + 2 * PartSpool::kExtentBytes);
    for (std::size_t part = 0; part < kParts; ++part) ASSERT_TRUE(text_of(spool, part) == wanted[part]) << part;
}

TEST(PartSpool, ARowMayBeLongerThanAllLimits) {
    PartSpool spool(::testing::TempDir(), 10);
    spool.add_part();
    spool.add_part();
    const std::string large(PartSpool::kExtentBytes * 3, 'x');
    ASSERT_TRUE(spool.add(0, large));
    ASSERT_TRUE(spool.add(0, "y"));
    EXPECT_EQ(spool.held(), 0U);
    EXPECT_TRUE(text_of(spool, 0) == large + "y");
    EXPECT_EQ(text_of(spool, 1), "");
}

TEST(PartSpool, AFolderThatIsNotThereIsNamed) {
    PartSpool spool(::testing::TempDir() + "/no/such", 0);
    spool.add_part();
    const auto added = spool.add(0, std::string(100, 'x'));
    ASSERT_FALSE(added);
    EXPECT_EQ(exit_code(added.error()), 4);
}

}  // namespace
}  // namespace sluice
