// Passes a stop on after a while: for work that should rather be finished than left half done, but not at any price.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "utils/stop.hpp"

namespace sluice {

class DelayedStop {
public:
    // `stop` may be null; it outlives this.
    DelayedStop(const StopFlag* stop, std::chrono::milliseconds grace);
    ~DelayedStop();
    DelayedStop(const DelayedStop&) = delete;
    DelayedStop& operator=(const DelayedStop&) = delete;

    // Stops now, whether or not a stop came.
    void set(int signal) noexcept { late_.set(signal); }
    [[nodiscard]] const StopFlag* flag() const { return &late_; }

private:
    void watch(const StopFlag& stop, std::chrono::milliseconds grace);

    StopFlag late_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool ending_ = false;
    std::jthread watcher_;
};

}  // namespace sluice
