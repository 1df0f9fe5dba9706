#include "loaders/s3/s3_parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
constexpr std::uint64_t kLargestObject = std::uint64_t{5} << 40U;  // 5 TiB

void expect_covers(const S3Parts& parts, std::uint64_t total) {
    std::uint64_t end = 0;
    for (std::size_t part = 0; part < parts.count(); ++part) {
        EXPECT_EQ(parts.place(part).offset, end);
        end += parts.place(part).size;
    }
    EXPECT_EQ(end, total);
}

TEST(S3Parts, OfAGrowingFileAreWholeOneAfterTheOther) {
    S3Parts parts;
    EXPECT_THAT(parts.add(0, 7 * kMiB), IsEmpty());
    EXPECT_THAT(parts.add(7 * kMiB, kMiB), IsEmpty());  // it may be all
    EXPECT_THAT(parts.add(8 * kMiB, 1), ElementsAre(0));
    EXPECT_THAT(parts.add(8 * kMiB + 1, 20 * kMiB), ElementsAre(1, 2));
    EXPECT_THAT(parts.finish(28 * kMiB + 1), ElementsAre(3));
    expect_covers(parts, 28 * kMiB + 1);
}

TEST(S3Parts, OfAnAnnouncedFileAreWholeInAnyOrder) {
    S3Parts parts;
    parts.announce(30 * kMiB);
    EXPECT_THAT(parts.add(12 * kMiB, 12 * kMiB), ElementsAre(2));
    EXPECT_THAT(parts.add(1, 12 * kMiB - 1), ElementsAre(1));
    EXPECT_THAT(parts.add(24 * kMiB, 6 * kMiB), ElementsAre(3));
    EXPECT_THAT(parts.add(0, 1), ElementsAre(0));
    EXPECT_THAT(parts.finish(30 * kMiB), IsEmpty());
    expect_covers(parts, 30 * kMiB);
}

TEST(S3Parts, OfASmallFileAreKnownAtItsEnd) {
    for (const bool announced : {false, true}) {
        S3Parts parts;
        if (announced) parts.announce(8 * kMiB);
        EXPECT_THAT(parts.add(0, 8 * kMiB), IsEmpty());
        EXPECT_THAT(parts.finish(8 * kMiB), ElementsAre(0));
        expect_covers(parts, 8 * kMiB);
    }
}

TEST(S3Parts, AreAtMostTenThousandOfTheLargestObject) {
    S3Parts announced;
    announced.announce(kLargestObject);
    EXPECT_LE(announced.count(), 10'000U);
    expect_covers(announced, kLargestObject);
    S3Parts growing;
    (void)growing.add(0, kLargestObject);
    (void)growing.finish(kLargestObject);
    EXPECT_LE(growing.count(), 10'000U);
    EXPECT_EQ(growing.place(999).size, 8 * kMiB);
    EXPECT_EQ(growing.place(1000).size, 16 * kMiB);
    expect_covers(growing, kLargestObject);
}

TEST(S3Parts, AreEachWholeOnce) {
    std::mt19937 random(5);
    for (int round = 0; round < 50; ++round) {
        const std::uint64_t total = 9 * kMiB + random() % (60 * kMiB);
        std::vector<std::pair<std::uint64_t, std::uint64_t>> pieces;
        for (std::uint64_t offset = 0; offset < total;) {
            const std::uint64_t size = std::min<std::uint64_t>(total - offset, 1 + random() % (11 * kMiB));
            pieces.emplace_back(offset, size);
            offset += size;
        }
        const bool announced = round % 2 == 0;
        S3Parts parts;
        if (announced) {
            parts.announce(total);
            std::ranges::shuffle(pieces, random);
        }
        std::vector<std::size_t> whole;
        for (const auto& [offset, size] : pieces) std::ranges::copy(parts.add(offset, size), std::back_inserter(whole));
        std::ranges::copy(parts.finish(total), std::back_inserter(whole));
        std::ranges::sort(whole);
        ASSERT_EQ(whole.size(), parts.count()) << "seed 5, round " << round;
        for (std::size_t part = 0; part < whole.size(); ++part) EXPECT_EQ(whole[part], part);
        expect_covers(parts, total);
    }
}

}  // namespace
}  // namespace sluice
