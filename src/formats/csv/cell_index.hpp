// Finds the bytes of a chunk of CSV that matter: delimiters, newlines and quotes by their positions, and a bit for each
// byte that a JSON text cannot take as it is.
//
// The first stage of simdjson's way (G. Langdale, D. Lemire: Parsing Gigabytes of JSON per Second, 2019): 64 bytes at a
// time become bit masks, whose set bits become a list of positions. Which quotes open a cell is left to the walk, since
// that depends on where cells begin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "formats/csv/dialect.hpp"

namespace sluice::formats::csv {

// Keeps its memory from chunk to chunk. One thread.
class CellIndex {
public:
    // size < 4 GiB.
    void build(const char* data, std::size_t size, const Dialect& dialect);

    // Growing positions in the data, then two that are equal to its size.
    [[nodiscard]] const std::uint32_t* positions() const noexcept { return positions_.get(); }
    [[nodiscard]] bool ascii() const noexcept { return ascii_; }
    [[nodiscard]] bool has_null() const noexcept { return has_null_; }
    // No byte is a quote, a backslash or a control character other than a newline: every cell lies between two
    // positions, and is a JSON text as it is.
    [[nodiscard]] bool plain() const noexcept { return plain_; }

    // Whether some byte of [begin, end) is a quote, a backslash or a control character: to be escaped in JSON.
    [[nodiscard]] bool needs_escapes(std::uint32_t begin, std::uint32_t end) const noexcept {
        const std::uint32_t first = begin / 64;
        const std::uint64_t from_begin = ~std::uint64_t{0} << begin % 64;
        const std::uint64_t to_end = ~(~std::uint64_t{0} << end % 64);
        if (first == end / 64) return (escapes_[first] & from_begin & to_end) != 0;
        return has_escapes_between(first, from_begin, end / 64, to_end);
    }

private:
    [[nodiscard]] bool has_escapes_between(std::uint32_t first, std::uint64_t from_begin, std::uint32_t last,
                                           std::uint64_t to_end) const noexcept;

    std::unique_ptr<std::uint32_t[]> positions_;
    std::unique_ptr<std::uint64_t[]> escapes_;  // a bit for each byte, and one word more
    std::size_t capacity_ = 0;
    bool ascii_ = true;
    bool has_null_ = false;
    bool plain_ = false;
};

}  // namespace sluice::formats::csv
