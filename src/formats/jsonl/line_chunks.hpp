// Cuts the input into chunks of whole lines, for several threads at once.
//
// Every file is cut into ranges [i*B, (i+1)*B) of the block size B, and an atomic cursor hands the ranges out. A line
// belongs to the range in which it starts. So a reader looks one byte back: a line starts where the byte before is a
// newline (or the file begins), and it reads on past the range's end up to the newline of the last line that started
// inside. Equation: the chunks of all ranges, in their order, are the file.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include "formats/scan/chunk.hpp"
#include "formats/scan/input_set.hpp"
#include "utils/result.hpp"

namespace sluice::formats::jsonl {

// Hands out the ranges. Thread-safe.
class RangeCursor {
public:
    RangeCursor(const InputSet& inputs, std::uint64_t block_size);

    struct Range {
        std::size_t file = 0;
        std::uint64_t begin = 0;  // in the file
        std::uint64_t end = 0;
    };
    // The next range, or nothing after the last one.
    [[nodiscard]] std::optional<Range> take();
    // Lets nobody take another one: the scan has failed.
    void close() noexcept { next_.store(first_ranges_.back(), std::memory_order_relaxed); }

private:
    const InputSet& inputs_;
    std::uint64_t block_size_;
    std::vector<std::uint64_t> first_ranges_;  // number of each file's first range; one more than files
    std::atomic<std::uint64_t> next_{0};
};

// Bytes of one file that are in memory: [begin, end).
class ByteWindow {
public:
    // Makes [from, to) of the file readable, and kChunkPadding zero bytes behind it, keeping what it already has; what
    // lies before `from` may go.
    [[nodiscard]] Result<> cover(const InputFile& file, std::size_t file_number, std::uint64_t from, std::uint64_t to);
    [[nodiscard]] std::uint64_t end() const noexcept { return begin_ + size_; }
    [[nodiscard]] char* at(std::uint64_t offset) { return bytes_.get() + (offset - begin_); }

private:
    // realloc() moves the pages of a long line instead of copying them, so it is in memory once.
    struct Free {
        void operator()(char* bytes) const noexcept { std::free(bytes); }
    };
    void make_room(std::uint64_t from, std::size_t needed);

    std::unique_ptr<char, Free> bytes_;
    std::size_t capacity_ = 0;
    std::size_t file_number_ = 0;
    std::uint64_t begin_ = 0;
    std::size_t size_ = 0;
};

class LineChunks final : public ChunkSource {
public:
    // The inputs outlive it.
    LineChunks(const InputSet& inputs, std::uint64_t block_size, std::uint64_t max_line)
        : inputs_(inputs), max_line_(max_line), cursor_(inputs, block_size) {}

    [[nodiscard]] std::unique_ptr<ChunkReader> reader() override;
    void close() noexcept override { cursor_.close(); }

private:
    const InputSet& inputs_;
    std::uint64_t max_line_;
    RangeCursor cursor_;
};

// One thread's reader of chunks.
class LineChunkReader final : public ChunkReader {
public:
    LineChunkReader(const InputSet& inputs, RangeCursor& cursor, std::uint64_t max_line)
        : inputs_(inputs), cursor_(cursor), max_line_(max_line) {}

    // Fails as InputFile::read_at does.
    [[nodiscard]] Result<std::optional<Chunk>> next() override;

private:
    [[nodiscard]] Result<std::optional<std::uint64_t>> find_first_line(const RangeCursor::Range& range);
    [[nodiscard]] Result<std::optional<std::uint64_t>> find_last_end(const RangeCursor::Range& range,
                                                                     std::uint64_t first);
    [[nodiscard]] Result<std::optional<std::uint64_t>> end_without_newline(const RangeCursor::Range& range,
                                                                           std::uint64_t first);
    [[nodiscard]] Result<Chunk::Overlong> measure_overlong(const InputFile& file, std::uint64_t begin);

    const InputSet& inputs_;
    RangeCursor& cursor_;
    std::uint64_t max_line_;
    ByteWindow window_;
};

}  // namespace sluice::formats::jsonl
