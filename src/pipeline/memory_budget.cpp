#include "pipeline/memory_budget.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace sluice {

namespace {

// The limit in a cgroup file: a number of bytes, or "max" (which reads as no number).
std::uint64_t limit_in(const char* file, std::uint64_t otherwise) {
    std::ifstream stream(file);
    std::uint64_t bytes = 0;
    return stream >> bytes ? bytes : otherwise;
}

}  // namespace

std::uint64_t default_memory_budget() {
    std::uint64_t bytes =
        static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    bytes = std::min(bytes, limit_in("/sys/fs/cgroup/memory.max", bytes));
    bytes = std::min(bytes, limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes", bytes));
    return bytes / 10 * 6;
}

}  // namespace sluice
