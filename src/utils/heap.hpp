// The process's memory: how much of it is resident, and how the heap gives back what is no longer used.
#pragma once

#include <cstdint>

namespace sluice {

// What the process holds in memory now, in bytes; 0 where the system does not tell. Takes some microseconds.
[[nodiscard]] std::uint64_t resident_bytes();

// The most that the process has held in memory since its program began; 0 where the system does not tell. Not what
// getrusage() says: that counts the memory of whoever started the program, too.
[[nodiscard]] std::uint64_t peak_resident_bytes();

// Makes the heap keep little that it does not use, at some cost in speed. Before threads start.
void keep_heap_small();

// Gives back to the system what the heap holds and nobody uses. Takes milliseconds.
void release_unused_heap();

}  // namespace sluice
