#include "formats/scan/stream_chunks.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "rows/bad_row.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice::formats {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLongestNewline = 2;
constexpr std::size_t kSkipped = 64U << 10U;  // such a row is read in pieces of this size

// Bytes that grow and keep their memory from chunk to chunk.
class ByteBuffer {
public:
    [[nodiscard]] char* data() noexcept { return bytes_.get(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

    void assign(std::string_view bytes) {
        size_ = 0;
        char* out = room_for(bytes.size());
        if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
        size_ = bytes.size();
    }
    // Where `count` more bytes may be written, and the padding behind them.
    [[nodiscard]] char* room_for(std::size_t count) {
        const std::size_t needed = size_ + count + kChunkPadding;
        if (needed > capacity_) {
            capacity_ = std::max(needed, capacity_ + capacity_ / 2);
            auto wider = std::make_unique_for_overwrite<char[]>(capacity_);
            if (size_ > 0) std::memcpy(wider.get(), bytes_.get(), size_);
            bytes_ = std::move(wider);
        }
        return bytes_.get() + size_;
    }
    void grow(std::size_t count) noexcept { size_ += count; }
    void clear() noexcept { size_ = 0; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
};

}  // namespace

// One file's text, a chunk at a time: all but finished() under its lock.
class StreamChunks::FileText {
public:
    FileText(const InputSet& inputs, std::size_t file, std::unique_ptr<RowSplitter> splitter)
        : inputs_(inputs), file_(file), splitter_(std::move(splitter)) {}

    [[nodiscard]] std::mutex& lock() noexcept { return lock_; }
    // Nothing of it is left to read.
    [[nodiscard]] bool finished() const noexcept { return finished_.load(std::memory_order_acquire); }

    // The next chunk, which may hold no row; `buffer` has its bytes.
    [[nodiscard]] Result<Chunk> next(ByteBuffer& buffer, const Limits& limits) {
        Result<Chunk> chunk = read_chunk(buffer, limits);
        if (!chunk) {
            finish();  // a stream that failed is of no more use
            return chunk;
        }
        chunk->file = file_;
        chunk->range_bytes = stream_->consumed() - consumed_;
        consumed_ = stream_->consumed();
        if (ended_) finish();
        return chunk;
    }

private:
    void finish() {
        stream_.reset();
        tail_ = {};
        finished_.store(true, std::memory_order_release);
    }

    Result<> open() {
        TRY_ASSIGN(stream_, inputs_.stream(file_));
        tail_.resize(kByteOrderMark.size());
        TRY_ASSIGN(const std::size_t count, stream_->read(tail_.data(), tail_.size()));
        tail_.resize(count);
        if (tail_ == kByteOrderMark) {
            tail_.clear();
            begin_ = kByteOrderMark.size();
        } else if (const RowEnds ends = splitter_->find_ends(tail_); ends.last != RowEnds::kNone) {
            whole_ = ends.last;
        }
        return {};
    }

    // Adds the next bytes of the text to the buffer.
    Result<RowEnds> read(ByteBuffer& buffer, std::size_t wanted) {
        char* out = buffer.room_for(wanted);
        TRY_ASSIGN(const std::size_t count, stream_->read(out, wanted));
        buffer.grow(count);
        ended_ = count < wanted;
        return splitter_->find_ends({out, count});
    }

    Result<Chunk> read_chunk(ByteBuffer& buffer, const Limits& limits) {
        if (stream_ == nullptr) TRY(open());
        buffer.assign(tail_);
        std::size_t end = std::exchange(whole_, 0);
        do {
            const std::size_t enough = limits.max_row + kLongestNewline + 1;
            if (end == 0 && buffer.size() >= enough) return read_overlong(buffer);
            const std::size_t before = buffer.size();
            // Doubling what is there keeps a long row linear.
            const std::size_t doubled = std::min(before, enough - std::min(before, enough));
            TRY_ASSIGN(const RowEnds ends, read(buffer, std::max(limits.block_size, doubled)));
            if (ends.last != RowEnds::kNone) end = before + ends.last;
        } while (end == 0 && !ended_);
        if (!ended_ || end == buffer.size()) return cut(buffer, end);
        switch (inputs_.policy().last_line) {
            case LastLine::read:
                return cut(buffer, buffer.size());
            case LastLine::leave:
                return cut(buffer, end);
            case LastLine::fail:
                break;
        }
        return inputs_.last_line_error(file_, begin_ + end);
    }

    // The first `end` bytes of the buffer are the chunk; what follows waits for the next one.
    Result<Chunk> cut(ByteBuffer& buffer, std::size_t end) {
        Chunk chunk;
        chunk.begin = begin_;
        chunk.first_line = first_line_;
        chunk.data = buffer.data();
        chunk.size = end;
        chunk.starts_file = std::exchange(at_start_, false);
        chunk.ends_file = ended_;
        count_lines({buffer.data(), end});
        tail_.assign(buffer.view().substr(end));
        begin_ += end;
        if (begin_ > inputs_.begin_of(file_ + 1) - inputs_.begin_of(file_)) {
            return internal_error("'" + inputs_.files()[file_].name() + "' inflates to more than its format allows");
        }
        std::memset(buffer.data() + end, 0, kChunkPadding);
        return chunk;
    }

    void count_lines(std::string_view bytes) {
        if (inputs_.policy().count_lines)
            first_line_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    }

    // The row that begins in the buffer is too long: keeps its first bytes and reads past its end.
    Result<Chunk> read_overlong(ByteBuffer& buffer) {
        Chunk chunk;
        chunk.begin = begin_;
        Chunk::Overlong row;
        const auto take = [&row](std::string_view bytes) {
            row.checksum = crc64nvme(bytes, row.checksum);
            row.first_bytes += bytes.substr(0, kRawKept - row.first_bytes.size());
        };
        row.begin = begin_;
        take(buffer.view());
        std::uint64_t end = begin_ + buffer.size();
        count_lines(buffer.view());
        RowEnds ends;
        for (;;) {
            buffer.clear();
            TRY_ASSIGN(ends, read(buffer, kSkipped));
            if (ends.first != RowEnds::kNone || ended_) break;
            take(buffer.view());
            end += buffer.size();
            count_lines(buffer.view());
        }
        const bool found = ends.first != RowEnds::kNone;
        at_start_ = false;
        const std::size_t rest = found ? ends.first : buffer.size();
        take(buffer.view().substr(0, rest - (found ? 1 : 0)));
        row.length = end + rest - begin_ - (found ? 1 : 0);
        chunk.overlong = std::move(row);
        begin_ = end + rest;
        count_lines(buffer.view().substr(0, rest));
        tail_.assign(buffer.view().substr(rest));
        whole_ = found ? ends.last - ends.first : 0;
        ended_ = false;  // the tail is still to come
        buffer.clear();
        chunk.data = buffer.room_for(0);
        std::memset(buffer.data(), 0, kChunkPadding);
        return chunk;
    }

    const InputSet& inputs_;
    const std::size_t file_;
    std::mutex lock_;
    std::atomic<bool> finished_{false};
    std::unique_ptr<RowSplitter> splitter_;
    std::unique_ptr<InputStream> stream_;
    std::string tail_;              // read and in no chunk yet
    std::size_t whole_ = 0;         // bytes of whole rows that the tail begins with
    std::uint64_t begin_ = 0;       // of the tail, in the text
    std::uint64_t first_line_ = 1;  // of the tail, where lines are counted
    std::uint64_t consumed_ = 0;    // compressed bytes that are in chunks
    bool ended_ = false;
    bool at_start_ = true;  // no chunk was given out
};

class StreamChunks::Reader final : public ChunkReader {
public:
    explicit Reader(StreamChunks& source) : source_(source) {}

    Result<std::optional<Chunk>> next() override {
        while (!source_.closed_.load(std::memory_order_relaxed)) {
            std::unique_lock<std::mutex> lock = take_file();
            if (!lock.owns_lock()) break;
            FileText& file = *source_.files_[at_];
            if (file.finished()) continue;  // by the one who held the lock
            TRY_ASSIGN(Chunk chunk, file.next(buffer_, source_.limits_));
            return std::optional(std::move(chunk));
        }
        return std::optional<Chunk>();
    }

private:
    // Locks the first file from here on that nobody reads; if each is being read, waits for the first of them. No lock
    // at the end of the input.
    std::unique_lock<std::mutex> take_file() {
        const auto& files = source_.files_;
        while (at_ < files.size() && files[at_]->finished()) ++at_;
        for (std::size_t file = at_; file < files.size(); ++file) {
            if (files[file]->finished()) continue;
            std::unique_lock<std::mutex> lock(files[file]->lock(), std::try_to_lock);
            if (!lock.owns_lock()) continue;
            at_ = file;
            return lock;
        }
        if (at_ == files.size()) return {};
        return std::unique_lock<std::mutex>(files[at_]->lock());
    }

    StreamChunks& source_;
    ByteBuffer buffer_;
    std::size_t at_ = 0;  // the file of the last chunk, or one behind it
};

StreamChunks::StreamChunks(const InputSet& inputs, std::uint64_t block_size, std::uint64_t max_row,
                           const MakeSplitter& make_splitter)
    : limits_{.block_size = static_cast<std::size_t>(block_size), .max_row = static_cast<std::size_t>(max_row)} {
    files_.reserve(inputs.files().size());
    for (std::size_t file = 0; file < inputs.files().size(); ++file) {
        files_.push_back(std::make_unique<FileText>(inputs, file, make_splitter(file)));
    }
}

StreamChunks::~StreamChunks() = default;

std::unique_ptr<ChunkReader> StreamChunks::reader() { return std::make_unique<Reader>(*this); }

}  // namespace sluice::formats
