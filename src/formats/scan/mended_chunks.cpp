#include "formats/scan/mended_chunks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "utils/crc64nvme.hpp"

namespace sluice::formats {

namespace {

// The bytes that end a row, behind it.
std::size_t newline_at(std::string_view bytes, std::size_t at) {
    const std::string_view rest = bytes.substr(std::min(at, bytes.size()));
    return rest.starts_with("\r\n") ? 2 : rest.starts_with('\n') ? 1 : 0;
}

}  // namespace

Result<MendedRows> MendedRows::of(const InputSet& inputs, std::vector<MendedRow> rows) {
    MendedRows all;
    for (MendedRow& row : rows) {
        const auto file = std::ranges::find(inputs.files(), row.file, &InputFile::name);
        if (file == inputs.files().end())
            return data_error("mended_row",
                              fmt::format("a mended row is of '{}', which is no file of this source", row.file));
        const Ordinal begin = inputs.begin_of(static_cast<std::size_t>(file - inputs.files().begin()));
        const Ordinal ordinal = begin + row.byte;
        all.rows_.push_back({.ordinal = ordinal, .row = std::move(row)});
    }
    std::ranges::sort(all.rows_, {}, &Placed::ordinal);
    const auto twice = std::ranges::adjacent_find(all.rows_, {}, &Placed::ordinal);
    if (twice == all.rows_.end()) return all;
    return data_error("mended_row", fmt::format("the row at byte {} of '{}' stands twice among the mended rows",
                                                twice->row.byte, twice->row.file));
}

std::pair<const MendedRows::Placed*, const MendedRows::Placed*> MendedRows::within(Ordinal begin, Ordinal end) const {
    const auto first = std::ranges::lower_bound(rows_, begin, {}, &Placed::ordinal);
    const auto last = std::ranges::lower_bound(first, rows_.end(), end, {}, &Placed::ordinal);
    return {rows_.data() + (first - rows_.begin()), rows_.data() + (last - rows_.begin())};
}

Error MendedChunks::not_there(const MendedRows::Placed& mended) const {
    return data_error("input_changed",
                      fmt::format("'{}' does not have the bad row at byte {} that the quarantine tells of: the input "
                                  "has changed, or the `byte`, `length` or `checksum` there; run the pipeline again",
                                  mended.row.file, mended.row.byte));
}

void MendedChunks::add(const Chunk& whole, std::uint64_t begin, std::string_view bytes, const MendedRow* mended) {
    Piece& piece = pieces_.emplace_back();
    piece.bytes.reserve(bytes.size() + kChunkPadding);
    piece.bytes = bytes;
    piece.bytes.append(kChunkPadding, '\0');
    piece.chunk.file = whole.file;
    piece.chunk.begin = begin;
    if (whole.first_line != 0) {
        const auto before = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(begin - whole.begin, whole.size));
        piece.chunk.first_line =
            whole.first_line + static_cast<std::uint64_t>(std::count(whole.data, whole.data + before, '\n'));
    }
    piece.chunk.size = bytes.size();
    piece.chunk.mended = mended;
    piece.chunk.starts_file = whole.starts_file && begin == whole.begin;
}

void MendedChunks::add_rest(const Chunk& whole, std::size_t from, std::size_t to) {
    if (from < to) add(whole, whole.begin + from, std::string_view(whole.data, whole.size).substr(from, to - from), {});
}

Result<> MendedChunks::split(Chunk chunk, const MendedRows::Placed* begin, const MendedRows::Placed* end) {
    const Ordinal first = inputs_.begin_of(chunk.file) + chunk.begin;
    const std::string_view bytes(chunk.data, chunk.size);
    std::size_t done = 0;
    for (const MendedRows::Placed* mended = begin; mended != end; ++mended) {
        const auto at = static_cast<std::size_t>(mended->ordinal - first);
        const bool is_overlong = at >= bytes.size();
        const auto length = static_cast<std::size_t>(mended->row.length);
        if (is_overlong) {
            if (chunk.overlong->length != length || chunk.overlong->checksum != mended->row.checksum)
                return not_there(*mended);
            chunk.overlong.reset();
        } else if (at < done || length > bytes.size() - at ||
                   crc64nvme(bytes.substr(at, length)) != mended->row.checksum) {
            return not_there(*mended);
        }
        add_rest(chunk, done, std::min(at, bytes.size()));
        add(chunk, chunk.begin + at, mended->row.text + '\n', &mended->row);
        done = is_overlong ? bytes.size() : at + length + newline_at(bytes, at + length);
    }
    add_rest(chunk, done, bytes.size());
    pieces_.front().chunk.range_bytes = chunk.range_bytes;
    pieces_.back().chunk.overlong = std::move(chunk.overlong);
    used_.fetch_add(static_cast<std::size_t>(end - begin), std::memory_order_relaxed);
    return {};
}

Result<std::optional<Chunk>> MendedChunks::next() {
    if (pieces_.empty()) {
        TRY_ASSIGN(std::optional<Chunk> chunk, chunks_->next());
        if (!chunk) return chunk;
        const Ordinal begin = inputs_.begin_of(chunk->file) + chunk->begin;
        // A row that is too long begins behind the chunk's data.
        const auto [first, last] = rows_.within(begin, begin + chunk->size + (chunk->overlong ? 1 : 0));
        if (first == last) return chunk;
        TRY(split(std::move(*chunk), first, last));
    }
    current_ = std::move(pieces_.front());
    pieces_.pop_front();
    current_.chunk.data = current_.bytes.data();
    return std::optional(current_.chunk);
}

}  // namespace sluice::formats
