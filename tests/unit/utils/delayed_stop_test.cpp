#include "utils/delayed_stop.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace sluice {
namespace {

using std::chrono::milliseconds;

TEST(DelayedStop, PassesAStopOnAfterItsGrace) {
    StopFlag stop;
    const DelayedStop late(&stop, milliseconds(100));
    const auto asked = std::chrono::steady_clock::now();
    stop.set(SIGTERM);
    EXPECT_FALSE(late.flag()->stopped());
    while (!late.flag()->stopped()) std::this_thread::sleep_for(milliseconds(1));
    EXPECT_GE(std::chrono::steady_clock::now() - asked, milliseconds(100));
    EXPECT_EQ(late.flag()->check().error().signal, SIGTERM);
}

TEST(DelayedStop, EndsAtOnceWhenTheWorkIsDone) {
    StopFlag stop;
    const auto begin = std::chrono::steady_clock::now();
    { const DelayedStop late(&stop, std::chrono::hours(1)); }
    stop.set(SIGTERM);
    { const DelayedStop late(&stop, std::chrono::hours(1)); }
    { const DelayedStop none(nullptr, std::chrono::hours(1)); }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

}  // namespace
}  // namespace sluice
