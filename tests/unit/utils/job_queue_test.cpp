#include "utils/job_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace sluice {
namespace {

TEST(JobQueue, DoesAllJobsAlsoThoseThatJobsAdd) {
    JobQueue jobs(3);
    std::atomic<int> done{0};
    for (int number = 0; number < 100; ++number) {
        jobs.add([&]() -> Result<> {
            jobs.add([&]() -> Result<> { return ++done, Result<>(); });
            return ++done, Result<>();
        });
    }
    EXPECT_TRUE(jobs.wait());
    EXPECT_EQ(done, 200);
    EXPECT_TRUE(jobs.state());
}

TEST(JobQueue, ForgetsWhatComesBehindAFailure) {
    JobQueue jobs(1);
    std::atomic<int> done{0};
    jobs.add([]() -> Result<> { return external_error("first", "the first failure"); });
    for (int number = 0; number < 10; ++number) jobs.add([&]() -> Result<> { return ++done, Result<>(); });
    const auto waited = jobs.wait();
    ASSERT_FALSE(waited);
    EXPECT_EQ(waited.error().code, "first");
    EXPECT_EQ(jobs.state().error().code, "first");
    jobs.add([&]() -> Result<> { return ++done, Result<>(); });
    EXPECT_FALSE(jobs.wait());
    EXPECT_EQ(done, 0);
}

TEST(JobQueue, TakesAnExceptionForAFailure) {
    JobQueue jobs(2);
    jobs.add([]() -> Result<> { throw std::runtime_error("out of luck"); });
    EXPECT_EQ(jobs.wait().error().kind, ErrorKind::internal);
}

TEST(JobQueue, WaitsForAJobThatIsUnderWayWhenItIsDropped) {
    JobQueue jobs(1);
    std::atomic<bool> begun{false};
    std::atomic<bool> may_end{false};
    std::atomic<int> done{0};
    jobs.add([&]() -> Result<> {
        begun = true;
        while (!may_end) std::this_thread::yield();
        return ++done, Result<>();
    });
    jobs.add([&]() -> Result<> { return ++done, Result<>(); });
    while (!begun) std::this_thread::yield();
    std::jthread opener([&] { may_end = true; });
    jobs.drop();
    EXPECT_GE(done, 1);
    const int before = done;
    jobs.add([&]() -> Result<> { return ++done, Result<>(); });
    EXPECT_TRUE(jobs.wait());
    EXPECT_EQ(done, before);
}

}  // namespace
}  // namespace sluice
