// Bytes that lie elsewhere than on the local disk, of a length that is known: what an InputFile reads that is an object
// in a bucket. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "utils/result.hpp"

namespace sluice {

class ByteSource {
public:
    virtual ~ByteSource() = default;
    // Where it is, however it is addressed: two sources of one place are one.
    [[nodiscard]] virtual const std::string& place() const noexcept = 0;
    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
    // When it was written last, since 1970, where that is known.
    [[nodiscard]] virtual std::optional<std::int64_t> modified_nanoseconds() const noexcept = 0;
    // Reads exactly `count` bytes from `offset`; offset + count <= size(). All bytes are of one state of the source:
    // one that has changed since it was opened is an error (kind external).
    [[nodiscard]] virtual Result<> read_at(std::uint64_t offset, char* out, std::size_t count) const = 0;
};

}  // namespace sluice
