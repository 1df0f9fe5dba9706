#include "plan/relational/spooled_pairs.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace sluice {

namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;
// A text up to this size is kept for the left rows that have several partners.
constexpr std::size_t kLargestKept = std::size_t{1} << 20U;

struct Place {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

std::uint64_t number_of(const Token& token) {
    std::uint64_t value = 0;
    std::from_chars(token.data, token.data + token.size, value);
    return value;
}

class PairsFile {
public:
    PairsFile(const SpooledPairs& pairs, ByteSink& sink, ScanProgress* written)
        : pairs_(pairs), sink_(sink), written_(written) {
        buffer_.reserve(kBufferBytes + kLargestKept);
    }

    Result<> add(const Place& left, const Place& right) {
        const RowLayout& layout = pairs_.layout;
        TRY(add(rows_ == 0 ? layout.file_open : layout.row_separator));
        TRY(add(layout.row_open));
        TRY(add_left(left));
        if (pairs_.right_has_fields) {
            TRY(add(layout.field_separator));
            TRY(add_from(pairs_.right, right));
        }
        TRY(add(layout.row_close));
        ++rows_;
        if (written_ != nullptr) written_->rows.store(rows_, std::memory_order_relaxed);
        return {};
    }

    Result<std::uint64_t> close() {
        TRY(add(rows_ == 0 ? pairs_.layout.empty_file : pairs_.layout.file_close));
        TRY(flush());
        return rows_;
    }

private:
    Result<> add(std::string_view bytes) {
        buffer_ += bytes;
        return buffer_.size() < kBufferBytes ? Result<>() : flush();
    }

    // The same left row comes several times in a row.
    Result<> add_left(const Place& place) {
        if (place.size > kLargestKept) return add_from(pairs_.left, place);
        if (!kept_ || place.offset != left_at_) {
            left_.resize(place.size);
            TRY(pairs_.left.read_at(place.offset, left_.data(), left_.size()));
            left_at_ = place.offset;
            kept_ = true;
        }
        return add(left_);
    }

    Result<> add_from(const PieceSpool& spool, const Place& place) {
        for (std::uint64_t done = 0; done < place.size;) {
            const std::size_t begin = buffer_.size();
            const std::size_t count =
                static_cast<std::size_t>(std::min<std::uint64_t>(place.size - done, kBufferBytes));
            buffer_.resize(begin + count);
            TRY(spool.read_at(place.offset + done, buffer_.data() + begin, count));
            done += count;
            if (buffer_.size() >= kBufferBytes) TRY(flush());
        }
        return {};
    }

    Result<> flush() {
        if (buffer_.empty()) return {};
        TRY(sink_.append(buffer_));
        if (written_ != nullptr) written_->bytes += buffer_.size();
        buffer_.clear();
        return {};
    }

    const SpooledPairs& pairs_;
    ByteSink& sink_;
    ScanProgress* written_;
    std::string buffer_;
    std::string left_;
    std::uint64_t left_at_ = 0;
    bool kept_ = false;  // left_ is the text at left_at_
    std::uint64_t rows_ = 0;
};

}  // namespace

Result<std::uint64_t> write_spooled_pairs(const SpooledPairs& pairs, RowStream& places, ByteSink& sink,
                                          ScanProgress* written) {
    PairsFile file(pairs, sink, written);
    for (;;) {
        TRY_ASSIGN(const TokenBatch* batch, places.next());
        if (batch == nullptr) return file.close();
        const auto at = [&](std::size_t column, std::size_t row) { return number_of(batch->columns[column][row]); };
        for (std::size_t row = 0; row < batch->rows; ++row)
            TRY(file.add({at(0, row), at(1, row)}, {at(2, row), at(3, row)}));
    }
}

}  // namespace sluice
