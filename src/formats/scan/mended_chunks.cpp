#include "formats/scan/mended_chunks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "utils/crc64nvme.hpp"

namespace sluice::formats {

namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";  // of JSON

// Where the bytes go on behind a row that was taken out.
struct Behind {
    std::size_t at = 0;
    bool after_row = false;
};

Behind behind_line(std::string_view bytes, std::size_t end) {
    const std::string_view rest = bytes.substr(std::min(end, bytes.size()));
    return {.at = end + (rest.starts_with("\r\n") ? 2 : rest.starts_with('\n') ? 1 : 0)};
}

// A row may also be the comma or bracket before which an element is missing: the comma goes with it, and the bracket
// must stay.
Behind behind_element(std::string_view bytes, std::size_t begin, std::size_t end) {
    const std::string_view row = bytes.substr(begin, end - begin);
    if (row == ",") return {.at = end};
    if (row == "]") return {.at = begin, .after_row = true};
    const std::size_t next = bytes.find_first_not_of(kWhiteSpace, end);
    if (next != std::string_view::npos && bytes[next] == ',') return {.at = next + 1};
    return {.at = end, .after_row = true};
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

void MendedChunks::add_rest(const Chunk& whole, std::size_t from, std::size_t to, bool after_row) {
    if (from >= to) return;
    const std::string_view bytes = std::string_view(whole.data, whole.size).substr(from, to - from);
    const bool is_last = to == whole.size;
    // The file was cut in the row that stood here, or that row was all that followed the array.
    const bool is_end = separator_ == RowSeparator::comma && after_row && is_last && whole.ends_file;
    if (is_end && bytes.find_first_not_of(kWhiteSpace) == std::string_view::npos) return;
    add(whole, whole.begin + from, bytes, {});
    pieces_.back().chunk.after_row = after_row;
    pieces_.back().chunk.ends_file = is_last && whole.ends_file;
}

Result<> MendedChunks::split(Chunk chunk, const MendedRows::Placed* begin, const MendedRows::Placed* end) {
    const Ordinal first = inputs_.begin_of(chunk.file) + chunk.begin;
    const std::string_view bytes(chunk.data, chunk.size);
    Behind done;
    for (const MendedRows::Placed* mended = begin; mended != end; ++mended) {
        const auto at = static_cast<std::size_t>(mended->ordinal - first);
        const bool is_overlong = at >= bytes.size();
        const auto length = static_cast<std::size_t>(mended->row.length);
        if (is_overlong) {
            if (chunk.overlong->length != length || chunk.overlong->checksum != mended->row.checksum)
                return not_there(*mended);
            chunk.overlong.reset();
        } else if (length == 0) {
            return data_error("mended_row",
                              fmt::format("what is bad at byte {} of '{}' is the missing end of the file, which no row "
                                          "can stand for: complete the file and run the pipeline again, or leave that "
                                          "row as it is",
                                          mended->row.byte, mended->row.file));
        } else if (at < done.at || length > bytes.size() - at ||
                   crc64nvme(bytes.substr(at, length)) != mended->row.checksum) {
            return not_there(*mended);
        }
        add_rest(chunk, done.at, std::min(at, bytes.size()), done.after_row);
        add(chunk, chunk.begin + at, mended->row.text + '\n', &mended->row);
        if (is_overlong)
            done = {.at = bytes.size()};
        else
            done = separator_ == RowSeparator::newline ? behind_line(bytes, at + length)
                                                       : behind_element(bytes, at, at + length);
    }
    add_rest(chunk, done.at, bytes.size(), done.after_row);
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
