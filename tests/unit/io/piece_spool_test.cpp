#include "io/piece_spool.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace sluice {
namespace {

TEST(PieceSpool, ThreadsFindTheirPiecesAgain) {
    auto spool = PieceSpool::create(::testing::TempDir());
    ASSERT_TRUE(spool) << spool.error().message;
    std::vector<std::jthread> threads;
    for (char letter = 'a'; letter < 'e'; ++letter)
        threads.emplace_back([&spool, letter] {
            for (std::size_t size = 1; size < 3000; size += 7) {
                const std::string piece(size, letter);
                const std::uint64_t offset = spool->reserve(size);
                ASSERT_TRUE(spool->write_at(offset, piece));
                std::string found(size, ' ');
                ASSERT_TRUE(spool->read_at(offset, found.data(), size));
                ASSERT_EQ(found, piece);
            }
        });
    threads.clear();
    char byte = 0;
    EXPECT_FALSE(spool->read_at(spool->size(), &byte, 1)) << "behind all places";
}

}  // namespace
}  // namespace sluice
