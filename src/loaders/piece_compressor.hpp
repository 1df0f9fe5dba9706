// Compresses a piece of an output into something that a reader can take by itself: a gzip member or a zstd frame. What
// stands one behind another is again one gzip or zstd file (RFC 1952, section 2.2; RFC 8878, section 3).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "utils/compression.hpp"
#include "utils/result.hpp"

namespace sluice {

// One thread at a time. The same piece gives the same bytes on every machine: no time stamp, no name, and neither
// library chooses by processor what it writes.
class PieceCompressor {
public:
    // `compression` is not none. Fails (kind internal) when there is no memory for its tables.
    [[nodiscard]] static Result<std::unique_ptr<PieceCompressor>> make(CompressionChoice compression);
    virtual ~PieceCompressor() = default;

    // `piece` may be empty: then it gives what an empty file is.
    [[nodiscard]] virtual Result<std::string> compress(std::string_view piece) = 0;
};

// How much text goes into one piece. A constant of the format that is written: another one gives other bytes. A gzip
// window is 32 KiB, so it loses nothing here; zstd looks back further.
[[nodiscard]] constexpr std::size_t piece_bytes(Compression method) {
    return method == Compression::zstd ? std::size_t{4} << 20U : std::size_t{1} << 20U;
}

}  // namespace sluice
