// How long this process has waited for others: for files that are not there yet, for a lock that another run holds, for
// the next try of a request. Thread-safe.
#pragma once

#include <chrono>

namespace sluice {

// Lives while its thread waits. Threads that wait at the same time count once: the sum is never more than the time that
// went by.
class WaitingSpan {
public:
    WaitingSpan() noexcept;
    ~WaitingSpan();
    WaitingSpan(const WaitingSpan&) = delete;
    WaitingSpan& operator=(const WaitingSpan&) = delete;
};

// Since the process began, with what goes on now.
[[nodiscard]] std::chrono::nanoseconds waited_so_far() noexcept;

}  // namespace sluice
