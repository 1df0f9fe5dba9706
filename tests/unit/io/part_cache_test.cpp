#include "io/part_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <latch>
#include <random>
#include <thread>

namespace sluice {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;

// A byte by its place, so that no two parts look alike.
char byte_at(std::uint64_t offset) { return static_cast<char>((offset * 31 + offset / 4093) % 251); }

std::string bytes_of(std::uint64_t begin, std::uint64_t count) {
    std::string bytes(static_cast<std::size_t>(count), '\0');
    for (std::uint64_t at = 0; at < count; ++at) bytes[static_cast<std::size_t>(at)] = byte_at(begin + at);
    return bytes;
}

class PartCacheTest : public ::testing::Test {
protected:
    using Range = std::pair<std::uint64_t, std::uint64_t>;

    [[nodiscard]] FetchPart fetch() {
        return [this](std::uint64_t begin, std::uint64_t count) -> Result<std::string> {
            {
                const std::lock_guard lock(mutex_);
                fetched_.emplace_back(begin, count);
            }
            return bytes_of(begin, count);
        };
    }
    [[nodiscard]] std::vector<Range> fetched() {
        const std::lock_guard lock(mutex_);
        return fetched_;
    }
    static void expect_bytes(PartCache& cache, std::size_t source, std::uint64_t offset, std::uint64_t count) {
        std::string read(static_cast<std::size_t>(count), '\0');
        const auto done = cache.read(source, offset, read.data(), read.size());
        ASSERT_TRUE(done) << done.error().message;
        EXPECT_TRUE(read == bytes_of(offset, count)) << offset << " " << count;
    }

    std::mutex mutex_;
    std::vector<Range> fetched_;
    StopFlag stop_;
    StopFlag ended_;
};

TEST_F(PartCacheTest, ReadingInOrderFetchesEachPartOnce) {
    constexpr std::uint64_t kSize = 27 * kMebibyte + 5;
    PartCache cache({.bytes = 32 * kMebibyte, .threads = 4}, &stop_, ended_);
    const std::size_t source = cache.add(kSize, fetch());
    constexpr std::uint64_t kPiece = 300'000;
    for (std::uint64_t at = 0; at < kSize; at += kPiece) {
        expect_bytes(cache, source, at, std::min(kPiece, kSize - at));
        EXPECT_LE(cache.held(), 32 * kMebibyte);
    }
    EXPECT_THAT(fetched(), ::testing::UnorderedElementsAre(Range(0, kMebibyte), Range(kMebibyte, 7 * kMebibyte),
                                                           Range(8 * kMebibyte, 8 * kMebibyte),
                                                           Range(16 * kMebibyte, 8 * kMebibyte),
                                                           Range(24 * kMebibyte, 3 * kMebibyte + 5)));
}

TEST_F(PartCacheTest, TheFirstBytesAreOneSmallRequest) {
    PartCache cache({}, &stop_, ended_);
    const std::size_t source = cache.add(100 * kMebibyte, fetch());
    expect_bytes(cache, source, 0, 100'000);
    EXPECT_THAT(fetched(), ::testing::ElementsAre(Range(0, kMebibyte)));
}

// Several threads in step through some sources, with less memory than they could use: right bytes within the limit.
TEST_F(PartCacheTest, ThreadsGetTheirBytesWithinTheLimit) {
    constexpr std::uint64_t kSize = 20 * kMebibyte;
    PartCache cache({.bytes = 24 * kMebibyte, .threads = 3}, &stop_, ended_);
    std::vector<std::size_t> sources;
    for (int index = 0; index < 3; ++index) sources.push_back(cache.add(kSize, fetch()));
    std::vector<std::jthread> threads;
    for (unsigned thread = 0; thread < 4; ++thread)
        threads.emplace_back([&, thread] {
            std::mt19937 random(thread);
            for (int turn = 0; turn < 40; ++turn) {
                const std::uint64_t offset = random() % kSize;
                expect_bytes(cache, sources[random() % sources.size()], offset,
                             std::min<std::uint64_t>(200'000, kSize - offset));
                EXPECT_LE(cache.held(), 24 * kMebibyte);
            }
        });
}

// What lies before a source's begin is never read, so that its first part must not stand in the way of all others.
TEST_F(PartCacheTest, ManySourcesThatBeginLateAreStillReadAhead) {
    constexpr std::uint64_t kBegin = 800'000;
    constexpr std::uint64_t kSize = 9 * kMebibyte;
    PartCache cache({.bytes = 24 * kMebibyte, .threads = 2}, &stop_, ended_);
    for (int turn = 0; turn < 40; ++turn) {
        const std::size_t source = cache.add(kSize, fetch(), kBegin);
        {
            const std::lock_guard lock(mutex_);
            fetched_.clear();
        }
        expect_bytes(cache, source, kBegin, 2 * kMebibyte);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (fetched().size() < 3 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
        ASSERT_THAT(fetched(),
                    ::testing::UnorderedElementsAre(Range(kBegin, kMebibyte - kBegin), Range(kMebibyte, 7 * kMebibyte),
                                                    Range(8 * kMebibyte, kMebibyte)))
            << turn;
        expect_bytes(cache, source, kBegin + 2 * kMebibyte, kSize - kBegin - 2 * kMebibyte);
        EXPECT_LE(cache.held(), 24 * kMebibyte);
    }
}

// Each of them has a source of its own, and together they have memory for three parts of the usual size.
TEST_F(PartCacheTest, ThreadsDoNotFetchEachOthersPartsAgainAndAgain) {
    constexpr std::uint64_t kSize = 12 * kMebibyte;
    constexpr std::size_t kReaders = 6;
    PartCache cache({.bytes = 24 * kMebibyte, .threads = 3, .readers = kReaders}, &stop_, ended_);
    std::vector<std::jthread> threads;
    for (std::size_t reader = 0; reader < kReaders; ++reader)
        threads.emplace_back([&, source = cache.add(kSize, fetch())] {
            for (std::uint64_t at = 0; at < kSize; at += kMebibyte / 4) {
                expect_bytes(cache, source, at, kMebibyte / 4);
                EXPECT_LE(cache.held(), 24 * kMebibyte);
            }
        });
    threads.clear();
    std::uint64_t bytes = 0;
    for (const Range& range : fetched()) bytes += range.second;
    EXPECT_LE(bytes, kReaders * kSize * 3 / 2);
}

TEST_F(PartCacheTest, PartsAreSmallerWhereManyReadersShareLittle) {
    const auto part = [](std::uint64_t bytes, std::size_t readers) {
        return PartCacheLimits{.bytes = bytes * kMebibyte, .readers = readers}.part();
    };
    EXPECT_EQ(part(24, 1), 8 * kMebibyte);
    EXPECT_EQ(part(192, 8), 8 * kMebibyte);
    EXPECT_EQ(part(24, 2), 4 * kMebibyte);
    EXPECT_EQ(part(24, 8), kMebibyte);
    EXPECT_EQ(part(4, 64), kMebibyte / 4);
}

TEST_F(PartCacheTest, APartLargerThanTheLimitIsStillRead) {
    PartCache cache({.bytes = 100, .threads = 1}, &stop_, ended_);
    const std::size_t source = cache.add(10 * kMebibyte, fetch());
    expect_bytes(cache, source, 0, 10 * kMebibyte);
}

TEST_F(PartCacheTest, AFailureIsTheReadersAndCanBeTriedAgain) {
    int calls = 0;
    PartCache cache({}, &stop_, ended_);
    const std::size_t source = cache.add(10, [&](std::uint64_t begin, std::uint64_t count) -> Result<std::string> {
        if (++calls == 1) return external_error("lost", "the connection was lost");
        return bytes_of(begin, count);
    });
    char byte = 0;
    const auto failed = cache.read(source, 3, &byte, 1);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, "lost");
    expect_bytes(cache, source, 3, 1);
}

TEST_F(PartCacheTest, AFailureIsThatOfAllWhoWait) {
    std::latch waiting(4);
    PartCache cache({}, &stop_, ended_);
    const std::size_t source = cache.add(10, [&](std::uint64_t, std::uint64_t) -> Result<std::string> {
        waiting.wait();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return external_error("lost", "the connection was lost");
    });
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&] {
            waiting.count_down();
            char byte = 0;
            const auto failed = cache.read(source, 3, &byte, 1);
            ASSERT_FALSE(failed);
            EXPECT_EQ(failed.error().code, "lost");
        });
    threads.clear();
    EXPECT_EQ(cache.held(), 0U);
}

TEST_F(PartCacheTest, AStopEndsTheWaitingAndTheFetching) {
    std::latch fetching(1);
    PartCache cache({}, &stop_, ended_);
    const std::size_t source = cache.add(10, [&](std::uint64_t, std::uint64_t) -> Result<std::string> {
        fetching.count_down();
        while (!ended_.stopped()) std::this_thread::yield();
        return ended_.check().error();
    });
    std::jthread stopper([&] {
        fetching.wait();
        stop_.set(SIGINT);
    });
    char byte = 0;
    const auto stopped = cache.read(source, 0, &byte, 1);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(exit_code(stopped.error()), 130);
}

}  // namespace
}  // namespace sluice
