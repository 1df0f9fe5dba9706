#include "formats/jsonl/line_chunks.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "rows/bad_row.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice::formats::jsonl {

namespace {

// Less than this is never read at once, however small the blocks are.
constexpr std::uint64_t kLeastRead = 64U << 10U;
// Read behind each range at once: most last lines end in it.
constexpr std::uint64_t kTail = 8U << 10U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

const char* find_newline(const char* begin, const char* end) {
    return static_cast<const char*>(std::memchr(begin, '\n', static_cast<std::size_t>(end - begin)));
}

}  // namespace

RangeCursor::RangeCursor(const InputSet& inputs, std::uint64_t block_size) : inputs_(inputs), block_size_(block_size) {
    first_ranges_.push_back(0);
    for (const InputFile& file : inputs.files()) {
        const std::uint64_t ranges = file.size() / block_size + (file.size() % block_size != 0 ? 1 : 0);
        first_ranges_.push_back(first_ranges_.back() + ranges);
    }
}

std::optional<RangeCursor::Range> RangeCursor::take() {
    const std::uint64_t number = next_.fetch_add(1, std::memory_order_relaxed);
    if (number >= first_ranges_.back()) {
        close();  // so that the counter never wraps
        return std::nullopt;
    }
    const auto after = std::ranges::upper_bound(first_ranges_, number);
    const auto file = static_cast<std::size_t>(after - first_ranges_.begin()) - 1;
    const std::uint64_t begin = (number - first_ranges_[file]) * block_size_;
    const std::uint64_t left = inputs_.files()[file].size() - begin;
    return Range{file, begin, begin + std::min(block_size_, left)};
}

Result<> ByteWindow::cover(const InputFile& file, std::size_t file_number, std::uint64_t from, std::uint64_t to) {
    const bool usable = bytes_ && file_number == file_number_ && from >= begin_ && from <= end();
    if (usable && to <= end()) return {};
    if (!usable) {
        file_number_ = file_number;
        begin_ = from;
        size_ = 0;
    }
    const std::uint64_t goal = std::min(file.size(), std::max(to, end() + kLeastRead));
    make_room(from, static_cast<std::size_t>(goal - from));
    const auto missing = static_cast<std::size_t>(goal - end());
    TRY(file.read_at(end(), bytes_.get() + size_, missing));
    size_ += missing;
    std::memset(bytes_.get() + size_, 0, kChunkPadding);
    return {};
}

// Moves what is kept of [from, end) to the front of a buffer that holds at least `needed` bytes from there. What a long
// line left is given back once it is far more than is needed.
void ByteWindow::make_room(std::uint64_t from, std::size_t needed) {
    constexpr std::size_t kLarge = std::size_t{16} << 20U;
    const std::size_t kept = static_cast<std::size_t>(end() - from);
    if (kept > 0 && from != begin_) std::memmove(bytes_.get(), at(from), kept);
    if (needed > capacity_ || (capacity_ > kLarge && needed < capacity_ / 4)) {
        if (kept == 0) bytes_.reset();
        capacity_ = needed > capacity_ ? std::max(needed, capacity_ + capacity_ / 2) : needed;
        void* const moved = std::realloc(bytes_.get(), capacity_ + kChunkPadding);
        if (moved == nullptr) throw std::bad_alloc();
        static_cast<void>(bytes_.release());
        bytes_.reset(static_cast<char*>(moved));
    }
    begin_ = from;
    size_ = kept;
}

std::unique_ptr<ChunkReader> LineChunks::reader() {
    return std::make_unique<LineChunkReader>(inputs_, cursor_, max_line_);
}

// The first line start in the range, or nothing.
Result<std::optional<std::uint64_t>> LineChunkReader::find_first_line(const RangeCursor::Range& range) {
    const InputFile& file = inputs_.files()[range.file];
    const std::uint64_t from = range.begin == 0 ? 0 : range.begin - 1;
    // A tail of small blocks would be read again and again; they have more than one block in the window anyway.
    const std::uint64_t tail = range.end - range.begin < kLeastRead ? 0 : kTail;
    TRY(window_.cover(file, range.file, from, std::min(file.size(), range.end + tail)));
    if (range.begin == 0) {
        const std::string_view start(
            window_.at(0), static_cast<std::size_t>(std::min<std::uint64_t>(window_.end(), kByteOrderMark.size())));
        return start == kByteOrderMark ? std::optional(kByteOrderMark.size()) : std::optional(std::uint64_t{0});
    }
    const char* data = window_.at(from);
    const char* newline = find_newline(data, data + (range.end - 1 - from));
    if (newline == nullptr) return std::optional<std::uint64_t>();
    return std::optional(from + static_cast<std::uint64_t>(newline - data) + 1);
}

// Just behind the newline of the line that holds the range's last byte, reading on as far as it takes; or nothing if
// that line, which starts at or after `first`, is over the limit.
Result<std::optional<std::uint64_t>> LineChunkReader::find_last_end(const RangeCursor::Range& range,
                                                                    std::uint64_t first) {
    const InputFile& file = inputs_.files()[range.file];
    std::uint64_t searched = std::max(range.end - 1, first);
    for (;;) {
        const char* data = window_.at(searched);
        const char* end = window_.at(window_.end());
        if (const char* newline = find_newline(data, end)) {
            return std::optional(searched + static_cast<std::uint64_t>(newline - data) + 1);
        }
        if (window_.end() == file.size()) return end_without_newline(range, first);
        // The line starts at or before range.end, so this much without a newline is too long whatever its start.
        if (window_.end() - range.end > max_line_) return std::optional<std::uint64_t>();
        searched = window_.end();
        // Doubling what was read past the range keeps a long line linear.
        const std::uint64_t doubled = window_.end() + std::max(kLeastRead, window_.end() - range.end);
        const std::uint64_t enough = range.end + max_line_ + 2;
        TRY(window_.cover(file, range.file, first, std::min({file.size(), doubled, std::max(enough, searched + 1)})));
    }
}

// The end of the file's last lines, of which the last one has no newline: by the policy.
Result<std::optional<std::uint64_t>> LineChunkReader::end_without_newline(const RangeCursor::Range& range,
                                                                          std::uint64_t first) {
    const LastLine policy = inputs_.policy().last_line;
    if (policy == LastLine::read) return std::optional(window_.end());
    const std::string_view held(window_.at(first), static_cast<std::size_t>(window_.end() - first));
    const std::uint64_t begin = first + held.rfind('\n') + 1;  // npos + 1 is 0
    if (policy == LastLine::leave || begin == window_.end()) return std::optional(begin);
    return inputs_.last_line_error(range.file, begin);
}

Result<Chunk::Overlong> LineChunkReader::measure_overlong(const InputFile& file, std::uint64_t begin) {
    Chunk::Overlong line{.begin = begin, .length = 0, .checksum = 0, .first_bytes = {}};
    const auto take = [&line](std::string_view bytes) {
        line.checksum = crc64nvme(bytes, line.checksum);
        line.first_bytes += bytes.substr(0, kRawKept - line.first_bytes.size());
    };
    take({window_.at(begin), static_cast<std::size_t>(window_.end() - begin)});
    std::vector<char> piece(static_cast<std::size_t>(kLeastRead));
    std::uint64_t at = window_.end();
    while (at < file.size()) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), file.size() - at));
        TRY(file.read_at(at, piece.data(), count));
        if (const char* newline = find_newline(piece.data(), piece.data() + count)) {
            take({piece.data(), static_cast<std::size_t>(newline - piece.data())});
            at += static_cast<std::uint64_t>(newline - piece.data());
            break;
        }
        take({piece.data(), count});
        at += count;
    }
    line.length = at - begin;
    return line;
}

Result<std::optional<Chunk>> LineChunkReader::next() {
    const std::optional<RangeCursor::Range> range = cursor_.take();
    if (!range) return std::optional<Chunk>();
    Chunk chunk;
    chunk.file = range->file;
    chunk.range_bytes = range->end - range->begin;
    TRY_ASSIGN(const std::optional<std::uint64_t> first, find_first_line(*range));
    if (!first) return std::optional(std::move(chunk));

    TRY_ASSIGN(const std::optional<std::uint64_t> end, find_last_end(*range, *first));
    chunk.begin = *first;
    chunk.data = window_.at(*first);
    if (end) {
        chunk.size = static_cast<std::size_t>(*end - *first);
        return std::optional(std::move(chunk));
    }
    // All but the last line, which has no end in the window.
    const std::string_view held(chunk.data, static_cast<std::size_t>(window_.end() - *first));
    chunk.size = held.rfind('\n') + 1;  // npos + 1 is 0: nothing but that line
    TRY_ASSIGN(chunk.overlong, measure_overlong(inputs_.files()[range->file], *first + chunk.size));
    return std::optional(std::move(chunk));
}

}  // namespace sluice::formats::jsonl
