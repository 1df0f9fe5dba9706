// Reads the bytes of a file from the first to the last, inflating what is compressed. What a file is, its content says
// and not its name: gzip of one or several members (RFC 1952), zstd of one or several frames (RFC 8878), or plain
// bytes.
//
// A stream is used by one thread at a time. Memory: two buffers of about 256 KiB and the decoder's window. A damaged or
// cut file is an error of kind data that names the file and the compressed byte; it is never an early end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "io/input_file.hpp"
#include "utils/compression.hpp"
#include "utils/result.hpp"

namespace sluice {

// By the first bytes of the file. Fails (kind data) for formats that are known and not read (xz, bzip2, lz4, zip), and
// for a file without a byte whose name says that it is compressed: even nothing is some bytes then.
[[nodiscard]] Result<Compression> compression_of(const InputFile& file);

// At most this many inflated bytes come out of one compressed byte; 1 for plain files. It bounds the length of a text
// that is not inflated yet.
[[nodiscard]] std::uint64_t greatest_expansion(Compression compression) noexcept;

class InputStream {
public:
    virtual ~InputStream() = default;
    // Puts the next bytes into `out` and says how many: as many as `capacity`, fewer only at the end, then 0. After an
    // error the stream is of no more use.
    [[nodiscard]] virtual Result<std::size_t> read(char* out, std::size_t capacity) = 0;
    // Bytes of the file that were read so far, for progress.
    [[nodiscard]] virtual std::uint64_t consumed() const noexcept = 0;
};

// The file outlives the stream. `piece` is how many compressed bytes are read at once.
inline constexpr std::size_t kCompressedPiece = 256U << 10U;
[[nodiscard]] Result<std::unique_ptr<InputStream>> open_stream(const InputFile& file, Compression compression,
                                                               std::size_t piece = kCompressedPiece);

}  // namespace sluice
