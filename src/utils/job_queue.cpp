#include "utils/job_queue.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace sluice {
namespace {

Result<> result_of(const JobQueue::Job& job) {
    try {
        return job();
    } catch (const std::exception& exception) {
        return internal_error(fmt::format("unexpected: {}", exception.what()));
    }
}

}  // namespace

void JobQueue::add(Job job) {
    const std::lock_guard lock(mutex_);
    if (ending_ || failure_) return;
    waiting_.push_back(std::move(job));
    if (threads_.size() < most_threads_ && threads_.size() < running_ + waiting_.size())
        threads_.emplace_back([this] { work(); });
    changed_.notify_all();
}

Result<> JobQueue::state() {
    const std::lock_guard lock(mutex_);
    if (failure_) return *failure_;
    return {};
}

Result<> JobQueue::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.empty() && running_ == 0; });
    if (failure_) return *failure_;
    return {};
}

void JobQueue::drop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        waiting_.clear();
        changed_.notify_all();
    }
    threads_.clear();
}

void JobQueue::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        Job job = std::move(waiting_.front());
        waiting_.pop_front();
        ++running_;
        lock.unlock();
        Result<> done = result_of(job);
        job = nullptr;
        lock.lock();
        --running_;
        if (!done && !failure_) failure_ = done.error();
        if (failure_) waiting_.clear();
        changed_.notify_all();
    }
}

}  // namespace sluice
