// The seam between cutting and parsing: a format's input as pieces that hold whole rows.
//
// One ChunkSource serves one scan; every thread takes a ChunkReader of its own from it. Each chunk goes to exactly one
// reader, and a reader's chunks come in input order. Put in order, the chunks of all readers are the whole input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

// Zero bytes that always follow a chunk's data.
inline constexpr std::size_t kChunkPadding = 64;

// The rows that start in one piece of a file. `data` is valid until the reader's next call, and until then a parser may
// write to it; kChunkPadding bytes follow it.
struct Chunk {
    std::size_t file = 0;
    std::uint64_t range_bytes = 0;  // for progress
    std::uint64_t begin = 0;        // of the first row, in the file
    std::uint64_t first_line = 0;   // the number of its line, from 1; 0 unless InputPolicy::count_lines
    char* data = nullptr;
    std::size_t size = 0;  // up to and with the end of the last row; without a newline only at the file's end

    bool starts_file = false;  // known of chunks that are read in sequence: it is its file's first
    bool ends_file = false;    // and its last
    bool after_row = false;    // of a JSON array: an element stands before it, without a comma behind

    // The last row is longer than the limit: it is not in `data`, only its first bytes are kept.
    struct Overlong {
        std::uint64_t begin = 0;
        std::uint64_t length = 0;    // without its newline
        std::uint64_t checksum = 0;  // CRC-64/NVME of all of it
        std::string first_bytes;     // kRawKept (rows/bad_row.hpp), if there are so many
    };
    std::optional<Overlong> overlong;

    const MendedRow* mended = nullptr;  // that this chunk is, and nothing else
};

// One thread.
class ChunkReader {
public:
    virtual ~ChunkReader() = default;
    // The next chunk, which may hold no row, or nothing at the end. Fails when the input cannot be read (kind
    // external).
    [[nodiscard]] virtual Result<std::optional<Chunk>> next() = 0;
};

// Thread-safe. The readers may not outlive it.
class ChunkSource {
public:
    virtual ~ChunkSource() = default;
    [[nodiscard]] virtual std::unique_ptr<ChunkReader> reader() = 0;
    // Lets nobody take another chunk: the scan has failed.
    virtual void close() noexcept = 0;
};

}  // namespace sluice::formats
