#include "engine/native/fold_by_code.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sluice {
namespace {

using Rows = std::vector<std::size_t>;

LargeVector<Rows> fold(int threads, const std::vector<Code>& codes, std::size_t code_count) {
    return fold_by_code<Rows>(
        threads, codes, code_count, [](Rows& rows, std::size_t row) { rows.push_back(row); },
        [](Rows& rows, const Rows& later) { rows.insert(rows.end(), later.begin(), later.end()); });
}

// Codes that are fewer than the rows take the way of merged stretches, more of them that of owned ranges.
TEST(FoldByCode, GivesTheRowsOfEachCodeInOrderWithAnyNumberOfThreads) {
    for (const std::size_t code_count : {std::size_t{7}, 2 * kFewRows, 4 * kFewRows}) {
        std::vector<Code> codes;
        for (std::size_t row = 0; row < 3 * kFewRows + 1; ++row) {
            codes.push_back(static_cast<Code>(row * 7919 % code_count));
        }
        const LargeVector<Rows> serial = fold(1, codes, code_count);
        EXPECT_TRUE(serial[kNullCode].empty());
        std::size_t rows = 0;
        for (std::size_t code = 1; code < code_count; ++code) {
            EXPECT_TRUE(std::is_sorted(serial[code].begin(), serial[code].end()));
            for (const std::size_t row : serial[code]) EXPECT_EQ(codes[row], code);
            rows += serial[code].size();
        }
        EXPECT_EQ(rows, codes.size() - static_cast<std::size_t>(std::count(codes.begin(), codes.end(), kNullCode)));
        for (const int threads : {2, 3, 5}) EXPECT_EQ(fold(threads, codes, code_count), serial);
    }
}

TEST(Stretch, CoversAllOnce) {
    for (const std::size_t count : {0U, 1U, 5U, 16U, 17U}) {
        std::size_t next = 0;
        for (std::size_t part = 0; part < 5; ++part) {
            const Stretch own = stretch(count, part, 5);
            EXPECT_EQ(own.begin, next);
            EXPECT_LE(own.end - own.begin, count / 5 + 1);
            next = own.end;
        }
        EXPECT_EQ(next, count);
    }
}

}  // namespace
}  // namespace sluice
