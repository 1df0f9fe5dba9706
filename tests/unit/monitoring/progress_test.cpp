#include "monitoring/progress.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace sluice {
namespace {

TEST(Progress, KeepsTasksInTheOrderTheyWereAddedAndTheirReferencesValid) {
    Progress progress;
    ProgressTask& first = progress.add("read a", 10);
    for (int number = 0; number < 1000; ++number) progress.add("read " + std::to_string(number), 0);
    first.done.bytes += 7;
    const std::vector<const ProgressTask*> tasks = progress.tasks();
    ASSERT_EQ(tasks.size(), 1001U);
    EXPECT_EQ(tasks[0], &first);
    EXPECT_EQ(tasks[0]->label, "read a");
    EXPECT_EQ(tasks[0]->total_bytes, 10U);
    EXPECT_EQ(tasks[0]->done.bytes, 7U);
    EXPECT_EQ(tasks[0]->state, TaskState::waiting);
    EXPECT_EQ(tasks[1000]->label, "read 999");
}

TEST(Progress, TakesTasksFromSeveralThreads) {
    Progress progress;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&progress] {
                for (int number = 0; number < 100; ++number) {
                    ProgressTask& task = progress.add("task", 0);
                    task.state = TaskState::running;
                    task.done.rows += progress.tasks().size();
                    task.state = TaskState::done;
                }
            });
        }
    }
    EXPECT_EQ(progress.tasks().size(), 400U);
    for (const ProgressTask* task : progress.tasks()) EXPECT_EQ(task->state, TaskState::done);
}

}  // namespace
}  // namespace sluice
