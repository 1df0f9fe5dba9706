// How often this process has tried something again.
#pragma once

#include <cstdint>

namespace sluice {

// Since it began. Thread-safe.
[[nodiscard]] std::uint64_t retries_so_far() noexcept;
// For RetrySchedule alone. Thread-safe.
void count_retry() noexcept;

}  // namespace sluice
