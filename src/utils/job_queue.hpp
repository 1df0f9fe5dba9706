// Jobs that a few threads do in the background, in the order in which they were given, until one of them fails.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

class JobQueue {
public:
    using Job = std::function<Result<>()>;

    // The threads are started as there are jobs for them.
    explicit JobQueue(std::size_t threads) : most_threads_(threads) {}
    ~JobQueue() { drop(); }
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;

    // From any thread, also from a job. After a failure or drop() it is forgotten.
    void add(Job job);
    // The first failure so far.
    [[nodiscard]] Result<> state();
    // Until every job is done, or one has failed and no other is under way: the first failure.
    [[nodiscard]] Result<> wait();
    // Forgets the jobs that have not begun and waits for the others.
    void drop() noexcept;

private:
    void work();

    std::size_t most_threads_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> waiting_;
    std::size_t running_ = 0;
    std::optional<Error> failure_;
    bool ending_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace sluice
