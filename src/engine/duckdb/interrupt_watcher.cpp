#include "engine/duckdb/interrupt_watcher.hpp"

#include <algorithm>
#include <chrono>

namespace sluice {

namespace {

// A signal handler can set a flag but wake nobody, so the flag is polled.
constexpr std::chrono::milliseconds kPoll{50};

}  // namespace

InterruptWatcher::InterruptWatcher(const StopFlag* stop) : stop_(stop) {
    if (stop_ != nullptr) thread_ = std::jthread([this](const std::stop_token& done) { look_out(done); });
}

InterruptWatcher::~InterruptWatcher() = default;

void InterruptWatcher::watch(duckdb_connection connection) {
    const std::scoped_lock lock(mutex_);
    connections_.push_back(connection);
}

void InterruptWatcher::forget(duckdb_connection connection) {
    const std::scoped_lock lock(mutex_);
    std::erase(connections_, connection);
}

void InterruptWatcher::look_out(const std::stop_token& done) {
    std::unique_lock lock(mutex_);
    while (!done.stop_requested()) {
        // Again and again: a query that starts after the flag was set must end too.
        if (stop_->stopped()) std::ranges::for_each(connections_, duckdb_interrupt);
        wake_.wait_for(lock, done, kPoll, [] { return false; });
    }
}

}  // namespace sluice
