#include "utils/retry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <vector>

namespace sluice {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FakeClock final : public RetryClock {
public:
    Time now() override { return now_; }
    Result<> wait(milliseconds delay, const StopFlag* stop) override {
        if (stop != nullptr) TRY(stop->check());
        waits.push_back(delay);
        now_ += delay;
        return {};
    }
    double chance() override { return chance_; }
    void pass(milliseconds time) { now_ += time; }

    std::vector<milliseconds> waits;
    double chance_ = 0.9999999;

private:
    Time now_{};
};

Error busy() { return external_error("busy", "the server is busy", true); }

Result<int> always_busy(Attempt&) { return busy(); }

TEST(Retry, GivesTheFirstSuccess) {
    FakeClock clock;
    int calls = 0;
    const auto result = retry({}, clock, nullptr, [&](Attempt& attempt) -> Result<int> {
        EXPECT_EQ(attempt.number, ++calls);
        if (calls < 3) return busy();
        return 42;
    });
    EXPECT_EQ(*result, 42);
    EXPECT_THAT(clock.waits, ElementsAre(milliseconds(500), milliseconds(1000)));
}

TEST(Retry, IsBoundedAndSaysHowOftenItTried) {
    FakeClock clock;
    const auto result = retry({.attempts = 7}, clock, nullptr, always_busy);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "the server is busy (tried 7 times)");
    EXPECT_THAT(clock.waits, ElementsAre(milliseconds(500), milliseconds(1000), milliseconds(2000), milliseconds(4000),
                                         milliseconds(8000), milliseconds(10000)));
}

TEST(Retry, TriesNothingAfterTheLatestTime) {
    FakeClock clock;
    RetryPolicy policy{.attempts = 100};
    policy.latest = clock.now() + milliseconds(3000);
    EXPECT_FALSE(retry(policy, clock, nullptr, always_busy));
    EXPECT_THAT(clock.waits, ElementsAre(milliseconds(500), milliseconds(1000)));
}

TEST(Retry, JitterReachesDownToNothing) {
    FakeClock clock;
    clock.chance_ = 0;
    EXPECT_FALSE(retry({.attempts = 3}, clock, nullptr, always_busy));
    EXPECT_THAT(clock.waits, ElementsAre(milliseconds(0), milliseconds(0)));
}

TEST(Retry, NeverRepeatsWhatCannotSucceed) {
    FakeClock clock;
    int calls = 0;
    const auto denied = [&](Attempt&) -> Result<int> {
        ++calls;
        return external_error("denied", "no permission", false);
    };
    EXPECT_EQ(retry({}, clock, nullptr, denied).error().message, "no permission");
    EXPECT_EQ(calls, 1);
    const auto internal = [&](Attempt&) -> Result<int> {
        ++calls;
        Error error = internal_error("broken");
        error.retryable = true;
        return error;
    };
    EXPECT_FALSE(retry({}, clock, nullptr, internal));
    EXPECT_EQ(calls, 2);
}

TEST(Retry, ObeysRetryAfterUnlessItLiesBeyondTheDeadline) {
    FakeClock clock;
    const auto later = [](milliseconds delay) {
        return [delay](Attempt& attempt) -> Result<int> {
            attempt.retry_after = delay;
            return busy();
        };
    };
    EXPECT_FALSE(retry({.attempts = 3}, clock, nullptr, later(seconds(20))));
    EXPECT_THAT(clock.waits, ElementsAre(seconds(20), seconds(20)));
    clock.waits.clear();
    EXPECT_FALSE(retry({.attempts = 3}, clock, nullptr, later(seconds(61))));
    EXPECT_TRUE(clock.waits.empty());
}

TEST(Retry, TheDeadlineRunsFromTheFirstFailure) {
    FakeClock clock;
    int calls = 0;
    const auto slow = [&](Attempt& attempt) -> Result<int> {
        EXPECT_EQ(attempt.deadline.has_value(), calls > 0);
        clock.pass(seconds(++calls == 1 ? 300 : 25));
        return busy();
    };
    EXPECT_FALSE(retry({.attempts = 100, .deadline = seconds(60)}, clock, nullptr, slow));
    // Failures at 0, 25.5, 51.5 seconds, and at 78.5, which is too late for another.
    EXPECT_EQ(calls, 4);
}

TEST(Retry, AStopEndsTheWait) {
    FakeClock clock;
    StopFlag stop;
    stop.set(SIGTERM);
    EXPECT_EQ(exit_code(retry({}, clock, &stop, always_busy).error()), 143);
    EXPECT_EQ(exit_code(system_retry_clock().wait(seconds(3600), &stop).error()), 143);
}

TEST(Retry, TheSystemClockDrawsFromTheWholeRange) {
    double low = 1;
    double high = 0;
    for (int draw = 0; draw < 1000; ++draw) {
        const double chance = system_retry_clock().chance();
        low = std::min(low, chance);
        high = std::max(high, chance);
    }
    EXPECT_GE(low, 0.0);
    EXPECT_LT(low, 0.1);
    EXPECT_LT(high, 1.0);
    EXPECT_GT(high, 0.9);
}

}  // namespace
}  // namespace sluice
