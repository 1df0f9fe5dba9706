// Lets a signal handler, or the first thread that fails, stop every other thread of a run.
#pragma once

#include <atomic>

#include "utils/result.hpp"

namespace sluice {

// Shared by all threads of a run; set() is async-signal-safe. Long loops ask check() once a block or a batch.
class StopFlag {
public:
    void set(int signal) noexcept { signal_.store(signal, std::memory_order_relaxed); }
    [[nodiscard]] bool stopped() const noexcept { return signal_.load(std::memory_order_relaxed) != 0; }
    [[nodiscard]] Result<> check() const {
        if (const int signal = signal_.load(std::memory_order_relaxed); signal != 0) return interrupted_error(signal);
        return {};
    }

private:
    std::atomic<int> signal_{0};
};

}  // namespace sluice
