#include "formats/csv/chunk_rows.hpp"

#include <simdjson.h>

#include <algorithm>

#include "formats/scan/utf8.hpp"

namespace sluice::formats::csv {

namespace {

constexpr std::size_t kFirstCells = 64;  // kept at first, where the width is not known yet

// The first byte that is no UTF-8 or is NUL; the size if there is none.
std::size_t first_bad_byte(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text.substr(at));
        if (length == 0 || text[at] == '\0') return at;
        at += length;
    }
    return text.size();
}

}  // namespace

void ChunkRows::start(std::string_view data, std::size_t begin, const Dialect& dialect, std::size_t width,
                      std::uint64_t max_row) {
    index_.build(data.data(), data.size(), dialect);
    bytes_ = data.data();
    size_ = static_cast<std::uint32_t>(data.size());
    quote_ = dialect.quote ? static_cast<unsigned char>(*dialect.quote) : -1;
    width_ = width;
    max_row_ = max_row;
    check_bytes_ = index_.has_null() || (!index_.ascii() && !simdjson::validate_utf8(data.data(), data.size()));
    plain_ = index_.plain();
    position_ = index_.positions();
    at_ = static_cast<std::uint32_t>(begin);
    while (*position_ < at_) ++position_;
    kept_ = width == 0 ? kFirstCells : width + 1;
    cells_.resize(kept_ + 1);
}

// Nearly all rows of most files: without quotes, and as wide as they should be. Else the row is left to next().
bool ChunkRows::next_plain() {
    if (width_ == 0 || at_ >= size_) return false;
    std::uint32_t begin = at_;
    for (std::size_t index = 0; index < width_; ++index) {
        const std::uint32_t stop = position_[index];
        if (stop >= size_ || (bytes_[stop] == '\n') != (index + 1 == width_)) return false;
        cells_[index] = {.begin = begin, .end = stop};
        begin = stop + 1;
    }
    begin_ = at_;
    end_ = begin - 1;
    at_ = begin;
    position_ += width_;
    count_ = width_;
    quote_fault_.reset();
    return true;
}

bool ChunkRows::next() {
    if (plain_ && next_plain()) return true;
    do {
        if (at_ >= size_) return false;
        begin_ = at_;
        count_ = 0;
        quote_fault_.reset();
        std::uint32_t stop = 0;
        Cell* cell = nullptr;
        do {
            if (count_ == kept_ && width_ == 0) cells_.resize((kept_ *= 2) + 1);
            cell = &cells_[std::min(count_, kept_)];
            ++count_;
            if (is_quote(at_)) {
                walk_quoted(*cell);
            } else {
                while (is_quote(*position_)) ++position_;  // a quote inside a cell is a character
                *cell = {.begin = at_, .end = *position_};
            }
            stop = *position_;
            at_ = stop + 1;
            if (stop >= size_) break;
            ++position_;
        } while (bytes_[stop] != '\n');
        end_ = stop;
        if (stop >= size_) {
            at_ = size_;
        } else if (end_ > begin_ && bytes_[end_ - 1] == '\r') {
            --end_;
            if (!cell->quoted) cell->end = end_;
        }
    } while (begin_ == end_ && width_ != 1);
    return true;
}

// From the opening quote to the delimiter, newline or end behind the cell.
void ChunkRows::walk_quoted(Cell& cell) {
    const std::uint32_t open = at_;
    cell = {.begin = open + 1, .end = size_, .quoted = true};
    std::uint32_t close = 0;
    ++position_;
    for (;;) {
        while (*position_ < size_ && !is_quote(*position_)) ++position_;
        close = *position_;
        if (close >= size_) return object_to_quote(Fault::unclosed_quote, open);
        ++position_;
        if (*position_ != close + 1 || !is_quote(close + 1)) break;
        cell.doubled = true;
        ++position_;
    }
    cell.end = close;
    const std::uint32_t after = close + 1;
    const bool ends = *position_ == after || (bytes_[after] == '\r' && *position_ == after + 1 && *position_ < size_ &&
                                              bytes_[after + 1] == '\n');
    if (ends) return;
    object_to_quote(Fault::text_after_quote, after);
    while (is_quote(*position_)) ++position_;
}

void ChunkRows::object_to_quote(Fault fault, std::uint32_t at) {
    if (!quote_fault_) quote_fault_ = RowProblem{.fault = fault, .offset = at - begin_, .cell = count_ - 1};
}

std::optional<ChunkRows::RowProblem> ChunkRows::problem() const {
    const std::string_view row = text();
    if (row.size() > max_row_) return RowProblem{.fault = Fault::too_long, .offset = 0, .cell = width_};
    if (quote_fault_) return quote_fault_;
    if (check_bytes_) {
        const std::size_t bad = first_bad_byte(row);
        if (bad < row.size()) {
            return RowProblem{.fault = row[bad] == '\0' ? Fault::null_character : Fault::bad_utf8,
                              .offset = bad,
                              .cell = cell_at(begin_ + static_cast<std::uint32_t>(bad))};
        }
    }
    if (width_ == 0 || count_ == width_) return std::nullopt;
    if (count_ < width_) return RowProblem{.fault = Fault::missing_cells, .offset = row.size(), .cell = count_};
    return RowProblem{.fault = Fault::extra_cells, .offset = cells_[width_].outer_begin() - begin_, .cell = width_};
}

std::size_t ChunkRows::cell_at(std::uint32_t position) const {
    const auto kept = cells();
    const auto cell = std::ranges::find_if(kept, [position](const Cell& each) { return position < each.end; });
    return static_cast<std::size_t>(cell - kept.begin());
}

}  // namespace sluice::formats::csv
