#include "utils/heap.hpp"

#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace sluice {

std::uint64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    if (!(statm >> total >> resident)) return 0;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t peak_resident_bytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        std::uint64_t kibibytes = 0;
        if (word == "VmHWM:" && status >> kibibytes) return kibibytes * 1024;
    }
    return 0;
}

void keep_heap_small() {
    constexpr int kArenas = 2;
    // A fixed threshold: glibc raises it to the size of what was freed, and then keeps blocks of that size.
    constexpr int kMappedFrom = 1 << 20;
    constexpr int kTrimmedFrom = 4 << 20;
    mallopt(M_ARENA_MAX, kArenas);
    mallopt(M_MMAP_THRESHOLD, kMappedFrom);
    mallopt(M_TRIM_THRESHOLD, kTrimmedFrom);
}

void release_unused_heap() { malloc_trim(0); }

}  // namespace sluice
