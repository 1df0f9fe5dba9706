// The rows that a scan rejects, all of them, on their way from the scan's threads to quarantine.
//
// Each reader has a BadRowBuffer: add() for each bad row in input order, flush() after each block, before another one
// is taken. The sink gets pieces of encoded rows from all threads; pieces ordered by their first ordinal are the rows
// in input order. The encoding never leaves the process: numbers as they lie in memory, texts after their lengths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice {

// So many bytes of a bad row are kept; of a longer one its length and checksum say the rest.
inline constexpr std::size_t kRawKept = std::size_t{64} << 10U;

// What is kept of a bad row. The texts point into the encoded piece.
struct KeptRow {
    Ordinal ordinal = 0;
    std::uint64_t byte = 0;
    std::uint64_t fault = 0;
    std::uint64_t length = 0;       // of the row in the input
    std::uint64_t checksum = 0;     // CRC-64/NVME of the whole row in the input
    std::uint64_t text_length = 0;  // of the row as it was parsed: another one where it was mended, in vain
    std::string_view code;
    std::string_view message;
    std::string_view column;
    std::string_view raw;  // the row's first kRawKept bytes
};

// Takes the first row off a piece; the piece must not be empty.
[[nodiscard]] KeptRow take_kept_row(std::string_view& piece);

// Thread-safe.
class BadRowSink {
public:
    virtual ~BadRowSink() = default;
    // A piece whose first row is `first`.
    [[nodiscard]] virtual Result<> take(Ordinal first, std::string_view piece) = 0;
    // What it took does not stand: the scan starts over.
    virtual void forget() = 0;
};

// One thread.
class BadRowBuffer {
public:
    // `sink` may be null: then nothing is kept.
    explicit BadRowBuffer(BadRowSink* sink) : sink_(sink) {}

    [[nodiscard]] bool wanted() const noexcept { return sink_ != nullptr; }
    // `raw` is the row, perhaps only its beginning; `checksum` and `text_length` are of all of it. A failure of the
    // sink shows at flush().
    void add(const BadRow& row, std::string_view raw, std::uint64_t text_length, std::uint64_t checksum);
    [[nodiscard]] Result<> flush();

private:
    void hand_over();

    BadRowSink* sink_;
    std::string piece_;
    Ordinal first_ = 0;
    std::optional<Error> error_;
};

}  // namespace sluice
