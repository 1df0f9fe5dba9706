#include "cli/progress_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/terminal_text.hpp"

namespace sluice {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kMiB = 1ULL << 20U;
const ProgressView::Time kStart{};

TaskFacts reading(std::uint64_t done_bytes, TaskState state = TaskState::running) {
    return {.label = "read user_activities",
            .total_bytes = 100 * kMiB,
            .bytes = done_bytes,
            .rows = done_bytes / 256,
            .state = state};
}

TEST(ProgressView, PlainLinesSayWhatIsNewAndOnlyThat) {
    ProgressView view;
    EXPECT_THAT(view.plain_lines({reading(0, TaskState::waiting)}, kStart), IsEmpty());
    EXPECT_THAT(view.plain_lines({reading(0)}, kStart), ElementsAre("read user_activities: started, 100.0 MiB"));
    EXPECT_THAT(view.plain_lines({reading(kMiB)}, kStart + milliseconds(4999)), IsEmpty());
    EXPECT_THAT(view.plain_lines({reading(50 * kMiB)}, kStart + seconds(5)),
                ElementsAre("read user_activities: 50%, 50.0 MiB of 100.0 MiB, 204,800 rows, 10.0 MiB/s, 5 s left"));
    EXPECT_THAT(view.plain_lines({reading(51 * kMiB)}, kStart + seconds(6)), IsEmpty());
    EXPECT_THAT(view.plain_lines({reading(100 * kMiB, TaskState::done)}, kStart + seconds(10)),
                ElementsAre("read user_activities: done, 409,600 rows, 100.0 MiB in 10.0 s"));
    EXPECT_THAT(view.plain_lines({reading(100 * kMiB, TaskState::done)}, kStart + seconds(20)), IsEmpty());
}

TEST(ProgressView, ATaskThatWasTooQuickToBeSeenIsStillSaid) {
    ProgressView view;
    EXPECT_THAT(view.plain_lines({reading(kMiB, TaskState::done)}, kStart),
                ElementsAre("read user_activities: done, 4,096 rows, 1.0 MiB"));
}

TEST(ProgressView, AStageIsSaidWithItsMemoryAndWhatItSpilled) {
    const StageFacts read{.name = "read", .since = kStart, .memory_bytes = 512 * kMiB, .spilled_bytes = 0};
    EXPECT_EQ(stage_line(read, kStart + milliseconds(3400), 80), "read: 3.4 s, 512.0 MiB of memory");
    const StageFacts write{.name = "write", .since = kStart, .memory_bytes = 64 * kMiB, .spilled_bytes = 1200 * kMiB};
    EXPECT_EQ(stage_line(write, kStart + seconds(65), 80),
              "write: 1 min 05 s, 64.0 MiB of memory, 1.2 GiB in temporary files");
    for (std::size_t width = 1; width < 80; ++width)
        EXPECT_LE(text_width(stage_line(write, kStart, width)), std::max<std::size_t>(width - 1, 1));
}

TEST(ProgressView, BarShowsRunningTasksOnly) {
    ProgressView view;
    const TaskFacts unknown{.label = "write a.json", .bytes = kMiB, .rows = 10, .state = TaskState::running};
    const auto at_start = view.bar_lines(
        {reading(0), reading(0, TaskState::waiting), reading(0, TaskState::done), unknown}, kStart, 120, 24);
    ASSERT_EQ(at_start.size(), 2U);
    const auto lines =
        view.bar_lines({reading(50 * kMiB), reading(0, TaskState::waiting), reading(0, TaskState::done), unknown},
                       kStart + seconds(5), 120, 24);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0],
              "read user_activities [===================>                  ]  50%  50.0 MiB   204,800 rows  10.0 "
              "MiB/s  5 s left");
    EXPECT_EQ(
        lines[1],
        "write a.json                                                         1.0 MiB        10 rows 204.8 KiB/s");
}

TEST(ProgressView, AnOrdinaryTerminalHasRoomForTheBar) {
    ProgressView view;
    (void)view.bar_lines({reading(0)}, kStart, 80, 24);
    EXPECT_THAT(view.bar_lines({reading(50 * kMiB)}, kStart + seconds(5), 80, 24),
                ElementsAre("read user_activities [==> ]  50%  50.0 MiB   204,800 rows  10.0 MiB/s  5 s left"));
}

TEST(ProgressView, LinesStayBelowTheTerminalsWidth) {
    for (std::size_t width = 1; width < 200; ++width) {
        ProgressView view;
        TaskFacts task = reading(0);
        task.label = "read größere_quelle_mit_einem_langen_namen\x1b[2J";
        (void)view.bar_lines({task}, kStart, width, 24);
        task.bytes = 33 * kMiB;
        const auto lines = view.bar_lines({task}, kStart + seconds(3), width, 24);
        ASSERT_EQ(lines.size(), 1U);
        EXPECT_LE(text_width(lines[0]), std::max<std::size_t>(width - 1, 1));
        EXPECT_EQ(lines[0].find('\x1b'), std::string::npos);
    }
}

TEST(ProgressView, MoreTasksThanTheTerminalHasLinesAreCounted) {
    ProgressView view;
    const std::vector<TaskFacts> tasks(10, reading(kMiB));
    const auto lines = view.bar_lines(tasks, kStart, 80, 6);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines.back(), "and 7 more");
}

TEST(ProgressView, ASourceThatGrewBeyondItsLengthStopsAtAHundredPercent) {
    ProgressView view;
    (void)view.bar_lines({reading(0)}, kStart, 120, 24);
    const auto lines = view.bar_lines({reading(150 * kMiB)}, kStart + seconds(1), 120, 24);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("100%"), std::string::npos);
    EXPECT_EQ(lines[0].find("left"), std::string::npos);
}

}  // namespace
}  // namespace sluice
