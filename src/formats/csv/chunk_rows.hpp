// Walks the rows of one chunk of CSV: where each row and its cells are, and what is wrong with it.
//
// Order of calls: start(), then next() until it says that there is no more; after each, what the row is. Rows without
// a byte are left out, unless the file has one column: there such a row is a null. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "formats/csv/cell_index.hpp"
#include "formats/csv/dialect.hpp"
#include "formats/scan/fault.hpp"

namespace sluice::formats::csv {

// [begin, end) of the chunk, without its quotes.
struct Cell {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool quoted = false;
    bool doubled = false;  // quoted, and it has a quote inside, written twice

    // The byte at which it begins for people, its quote included.
    [[nodiscard]] std::uint32_t outer_begin() const noexcept { return begin - (quoted ? 1U : 0U); }
    [[nodiscard]] bool is_null() const noexcept { return begin == end && !quoted; }
};

class ChunkRows {
public:
    // Rows from `begin` on. `width`: how many cells a row must have, 0 if that is not known. The data is followed by a
    // zero byte and 63 more that may be read.
    void start(std::string_view data, std::size_t begin, const Dialect& dialect, std::size_t width,
               std::uint64_t max_row);
    // Goes to the next row, if there is one.
    [[nodiscard]] bool next();

    // Of the row at hand, in the chunk; without its line end.
    [[nodiscard]] std::uint32_t begin() const noexcept { return begin_; }
    [[nodiscard]] std::uint32_t end() const noexcept { return end_; }
    [[nodiscard]] std::string_view text() const noexcept { return {bytes_ + begin_, end_ - begin_}; }
    // All cells of a row of `width` cells, at most one more of others; all where no width was given.
    [[nodiscard]] std::span<const Cell> cells() const noexcept { return {cells_.data(), std::min(count_, kept_)}; }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    // Behind the row's line end.
    [[nodiscard]] std::uint32_t next_begin() const noexcept { return at_; }
    [[nodiscard]] bool good() const noexcept {
        return !quote_fault_ && !check_bytes_ && end_ - begin_ <= max_row_ && (count_ == width_ || width_ == 0);
    }
    // The first fault of a row that is not good() at first sight; the offset counts from the row's first byte. The
    // column is the index of its cell.
    struct RowProblem {
        Fault fault = Fault::missing_cells;
        std::size_t offset = 0;
        std::size_t cell = 0;
    };
    [[nodiscard]] std::optional<RowProblem> problem() const;

    [[nodiscard]] bool needs_escapes(const Cell& cell) const noexcept {
        return !plain_ && index_.needs_escapes(cell.begin, cell.end);
    }

private:
    [[nodiscard]] bool next_plain();
    void walk_quoted(Cell& cell);
    void object_to_quote(Fault fault, std::uint32_t at);
    [[nodiscard]] std::size_t cell_at(std::uint32_t position) const;
    [[nodiscard]] bool is_quote(std::uint32_t position) const noexcept {
        return static_cast<unsigned char>(bytes_[position]) == quote_;
    }

    CellIndex index_;
    const char* bytes_ = nullptr;
    std::uint32_t size_ = 0;
    int quote_ = -1;  // -1: none
    std::size_t width_ = 0;
    std::uint64_t max_row_ = 0;
    bool plain_ = false;        // CellIndex::plain()
    bool check_bytes_ = false;  // somewhere in the chunk is a NUL or what is no UTF-8

    const std::uint32_t* position_ = nullptr;
    std::uint32_t at_ = 0;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
    std::vector<Cell> cells_;  // one more than are kept, which takes all the others
    std::size_t kept_ = 0;
    std::size_t count_ = 0;
    std::optional<RowProblem> quote_fault_;
};

}  // namespace sluice::formats::csv
