// Puts rows that a person mended in the place of the bad ones, before anything is parsed: a chunk that holds such rows
// is given out in pieces, each mended row being one of its own, with the begin of the row that it stands for. So a
// mended row has the ordinal of the bad one, and a format only says what stands between rows.
//
// Of lines the newline behind a bad row goes with it. Of the elements of a JSON array that is the comma behind it;
// where there is none, because the array ends there, the next piece is marked (Chunk::after_row), so that its "]" does
// not look as if an element was missing before it.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/scan/chunk.hpp"
#include "formats/scan/input_set.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

// The mended rows of a source, by ordinal; immutable but for the count, thread-safe.
class MendedRows {
public:
    MendedRows() = default;
    // Fails (kind data) when two stand for one row, or when a file is none of the source's.
    static Result<MendedRows> of(const InputSet& inputs, std::vector<MendedRow> rows);

    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }

    struct Placed {
        Ordinal ordinal = 0;
        MendedRow row;
    };
    // Those that begin in [begin, end).
    [[nodiscard]] std::pair<const Placed*, const Placed*> within(Ordinal begin, Ordinal end) const;

private:
    std::vector<Placed> rows_;
};

// What stands between the rows of a format.
enum class RowSeparator { newline, comma };

// One thread's chunks.
class MendedChunks final : public ChunkReader {
public:
    // All but the chunks outlive it; `used` counts the rows that were put in.
    MendedChunks(std::unique_ptr<ChunkReader> chunks, const InputSet& inputs, const MendedRows& rows,
                 RowSeparator separator, std::atomic<std::size_t>& used)
        : chunks_(std::move(chunks)), inputs_(inputs), rows_(rows), separator_(separator), used_(used) {}

    // Fails also (kind data) when the input does not have the bad row where the mended one says.
    [[nodiscard]] Result<std::optional<Chunk>> next() override;

private:
    struct Piece {
        Chunk chunk;
        std::string bytes;  // with their padding
    };
    [[nodiscard]] Result<> split(Chunk chunk, const MendedRows::Placed* begin, const MendedRows::Placed* end);
    [[nodiscard]] Error not_there(const MendedRows::Placed& mended) const;
    void add(const Chunk& whole, std::uint64_t begin, std::string_view bytes, const MendedRow* mended);
    // Of the chunk's bytes; those behind the last mended row are its rest.
    void add_rest(const Chunk& whole, std::size_t from, std::size_t to, bool after_row);

    std::unique_ptr<ChunkReader> chunks_;
    const InputSet& inputs_;
    const MendedRows& rows_;
    const RowSeparator separator_;
    std::atomic<std::size_t>& used_;
    std::deque<Piece> pieces_;
    Piece current_;
};

// A format's chunks with the mended rows in them. Thread-safe.
class MendedChunkSource final : public ChunkSource {
public:
    // The inputs and the rows outlive it.
    MendedChunkSource(std::unique_ptr<ChunkSource> chunks, const InputSet& inputs, const MendedRows& rows,
                      RowSeparator separator)
        : chunks_(std::move(chunks)), inputs_(inputs), rows_(rows), separator_(separator) {}

    [[nodiscard]] std::unique_ptr<ChunkReader> reader() override {
        auto chunks = chunks_->reader();
        if (rows_.empty()) return chunks;
        return std::make_unique<MendedChunks>(std::move(chunks), inputs_, rows_, separator_, used_);
    }
    void close() noexcept override { chunks_->close(); }
    // After all chunks were read: whether each row has found its place.
    [[nodiscard]] bool all_used() const noexcept { return used_ == rows_.size(); }
    [[nodiscard]] std::size_t used() const noexcept { return used_; }

private:
    std::unique_ptr<ChunkSource> chunks_;
    const InputSet& inputs_;
    const MendedRows& rows_;
    const RowSeparator separator_;
    std::atomic<std::size_t> used_{0};
};

}  // namespace sluice::formats
