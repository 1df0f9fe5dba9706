#include "utils/retry_count.hpp"

#include <atomic>

namespace sluice {
namespace {

std::atomic<std::uint64_t>& count() {
    static std::atomic<std::uint64_t> retries{0};
    return retries;
}

}  // namespace

std::uint64_t retries_so_far() noexcept { return count().load(std::memory_order_relaxed); }

void count_retry() noexcept { count().fetch_add(1, std::memory_order_relaxed); }

}  // namespace sluice
