// Hears which bytes of a staged file are there while it is still being written, so that they can be taken early.
#pragma once

#include <cstdint>

namespace sluice {

// Nothing here waits, and nothing fails: what went wrong is said when the finished file is staged, or later. Should the
// file never be finished, the run fails, and Destination::abort() undoes what was made of it.
class FileGrowth {
public:
    virtual ~FileGrowth() = default;
    // The file will have so many bytes, which come in any order. Before the first of them; else bytes come in order.
    virtual void announced(std::uint64_t total_bytes) = 0;
    // These bytes are in the file and stay as they are: each byte once, from any thread.
    virtual void written(std::uint64_t offset, std::uint64_t size) = 0;
};

}  // namespace sluice
