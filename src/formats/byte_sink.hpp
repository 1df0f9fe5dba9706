// Where a format writes: a staged file, or memory in a test.
#pragma once

#include <cstdint>
#include <string_view>

#include "utils/result.hpp"

namespace sluice {

class ByteSink {
public:
    virtual ~ByteSink() = default;
    // Adds at the end; one thread. Not to be mixed with write_at.
    [[nodiscard]] virtual Result<> append(std::string_view bytes) = 0;
    // Writes a piece at a known place; any thread, each byte of the file exactly once, in any order.
    // The pieces of one file must be announced once before, by their total.
    [[nodiscard]] virtual Result<> resize(std::uint64_t total_bytes) = 0;
    [[nodiscard]] virtual Result<> write_at(std::uint64_t offset, std::string_view bytes) = 0;
};

}  // namespace sluice
