#include "utils/waiting_time.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

namespace sluice {
namespace {

using Clock = std::chrono::steady_clock;

TEST(WaitingTime, GrowsWhileSomebodyWaitsAndOnlyThen) {
    const auto before = waited_so_far();
    {
        const WaitingSpan span;
        while (waited_so_far() - before < std::chrono::milliseconds(5)) std::this_thread::yield();
    }
    const auto after = waited_so_far();
    EXPECT_GE(after - before, std::chrono::milliseconds(5));
    const auto start = Clock::now();
    while (Clock::now() - start < std::chrono::milliseconds(5)) std::this_thread::yield();
    EXPECT_EQ(waited_so_far(), after);
}

TEST(WaitingTime, ThreadsThatWaitTogetherCountOnce) {
    const auto before = waited_so_far();
    const auto start = Clock::now();
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < 8; ++number)
            threads.emplace_back([] {
                const WaitingSpan span;
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            });
    }
    const auto waited = waited_so_far() - before;
    EXPECT_GE(waited, std::chrono::milliseconds(20));
    EXPECT_LE(waited, Clock::now() - start);
}

}  // namespace
}  // namespace sluice
