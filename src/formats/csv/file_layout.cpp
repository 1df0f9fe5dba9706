#include "formats/csv/file_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <string_view>

#include "formats/csv/chunk_rows.hpp"
#include "formats/csv/csv_splitter.hpp"
#include "formats/scan/chunk.hpp"
#include "io/input_stream.hpp"

namespace sluice::formats::csv {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kPiece = 64U << 10U;
constexpr std::size_t kLongestHeader = 16U << 20U;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

// A text that is read on as far as it is needed.
class GrowingText {
public:
    explicit GrowingText(std::unique_ptr<InputStream> stream) : stream_(std::move(stream)) {}

    [[nodiscard]] Result<> read_on(std::size_t count) {
        bytes_.resize(size_ + count);
        TRY_ASSIGN(const std::size_t got, stream_->read(bytes_.data() + size_, count));
        size_ += got;
        ended_ = got < count;
        bytes_.resize(size_);
        bytes_.append(kChunkPadding, '\0');
        return {};
    }
    void drop(std::size_t count) {
        bytes_.erase(0, count);
        size_ -= count;
    }
    [[nodiscard]] std::string_view view() const { return std::string_view(bytes_).substr(0, size_); }
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] std::size_t mark() const { return view().starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0; }

private:
    std::unique_ptr<InputStream> stream_;
    std::string bytes_;  // and the padding behind them
    std::size_t size_ = 0;
    bool ended_ = false;
};

// The file's first row with a byte, under one dialect. `found` says whether there is any.
struct FirstRow {
    ChunkRows rows;
    bool found = false;
};

Result<> read_first_row(GrowingText& text, const Dialect& dialect, FirstRow& first) {
    if (text.view().empty() && !text.ended()) TRY(text.read_on(kPiece));
    for (;;) {
        const std::size_t begin = text.mark();
        const RowEnds ends = splitter_of(dialect)->find_ends(text.view().substr(begin));
        const bool whole = text.ended() || text.view().size() > kLongestHeader;
        if (whole || ends.last != RowEnds::kNone) {
            const std::size_t end = whole ? text.view().size() : begin + ends.last;
            first.rows.start(text.view().substr(0, end), begin, dialect, 0, kLongestHeader);
            first.found = first.rows.next();
            if (first.found || whole) return {};
        }
        TRY(text.read_on(std::max(kPiece, text.view().size())));
    }
}

// How many rows of the file have as many cells as its first.
Result<std::uint64_t> agreeing_rows(const InputSet& inputs, std::size_t file, const Dialect& dialect,
                                    std::size_t width) {
    TRY_ASSIGN(auto stream, inputs.stream(file));
    GrowingText text(std::move(stream));
    const auto splitter = splitter_of(dialect);
    ChunkRows rows;
    std::uint64_t agreeing = 0;
    bool at_start = true;
    while (!text.ended()) {
        const std::size_t before = text.view().size();
        TRY(text.read_on(std::max(kPiece * 16, before)));
        const std::size_t begin = std::exchange(at_start, false) ? text.mark() : 0;
        const RowEnds ends = splitter->find_ends(text.view().substr(std::max(before, begin)));
        if (ends.last == RowEnds::kNone && !text.ended()) continue;
        const std::size_t end = text.ended() ? text.view().size() : std::max(before, begin) + ends.last;
        rows.start(text.view().substr(0, end), begin, dialect, width, kNoLimit);
        while (rows.next()) agreeing += rows.count() == width ? 1U : 0U;
        text.drop(end);
    }
    return agreeing;
}

Result<Dialect> find_dialect(const InputSet& inputs, std::size_t file, GrowingText& text, const Declared& declared) {
    Dialect dialect{.delimiter = declared.delimiter.value_or(kDelimiters.front()), .quote = declared.quote};
    if (declared.delimiter) return dialect;
    struct Candidate {
        char delimiter;
        std::size_t cells;
    };
    std::vector<Candidate> candidates;
    for (const char delimiter : kDelimiters) {
        FirstRow first;
        TRY(read_first_row(text, {.delimiter = delimiter, .quote = declared.quote}, first));
        if (first.found && !first.rows.problem() && first.rows.count() > 1)
            candidates.push_back({delimiter, first.rows.count()});
    }
    if (candidates.size() == 1) dialect.delimiter = candidates.front().delimiter;
    if (candidates.size() < 2) return dialect;
    std::pair<std::uint64_t, std::size_t> best;
    for (const Candidate& candidate : candidates) {
        const Dialect tried{.delimiter = candidate.delimiter, .quote = declared.quote};
        TRY_ASSIGN(const std::uint64_t rows, agreeing_rows(inputs, file, tried, candidate.cells));
        if (std::pair(rows, candidate.cells) <= best) continue;
        best = {rows, candidate.cells};
        dialect = tried;
    }
    return dialect;
}

class HeaderReader {
public:
    HeaderReader(const std::string& file, std::string_view text, const ChunkRows& row, const Dialect& dialect)
        : file_(file), text_(text), row_(row), dialect_(dialect) {}

    [[nodiscard]] Result<std::vector<std::string>> names() const {
        if (const auto problem = row_.problem()) {
            return bad_header(row_.begin() + problem->offset, problem->fault == Fault::too_long
                                                                  ? "it has no end within 16 MiB"
                                                                  : std::string(fault_message(problem->fault)));
        }
        std::vector<std::string> names;
        std::set<std::string, std::less<>> known;
        for (const Cell& cell : row_.cells()) {
            std::string name = name_in(cell);
            if (!known.insert(name).second) return duplicate(cell, names, name);
            names.push_back(std::move(name));
        }
        return names;
    }

private:
    [[nodiscard]] std::string name_in(const Cell& cell) const {
        std::string name;
        for (std::size_t at = cell.begin; at < cell.end; ++at) {
            name += text_[at];
            if (cell.doubled && text_[at] == *dialect_.quote) ++at;
        }
        return name;
    }

    [[nodiscard]] Error duplicate(const Cell& cell, const std::vector<std::string>& names,
                                  const std::string& name) const {
        const auto first = std::ranges::find(names, name) - names.begin();
        return bad_header(
            cell.outer_begin(),
            fmt::format(
                "the name '{}' of column {} is that of column {} too; rename one of them in the file, or skip "
                "the names: `header: false` with a filter, or `header: [NAME, ...]` on a file without its header",
                name, names.size() + 1, first + 1));
    }

    [[nodiscard]] Error bad_header(std::size_t byte, const std::string& what) const {
        const auto line = 1 + std::ranges::count(text_.substr(0, row_.begin()), '\n');
        return data_error("bad_header",
                          fmt::format("{}:{}: byte {}: the header row cannot be read: {}", file_, line, byte, what));
    }

    const std::string& file_;
    std::string_view text_;
    const ChunkRows& row_;
    const Dialect& dialect_;
};

}  // namespace

Result<FileLayout> read_layout(const InputSet& inputs, std::size_t file, const Declared& declared) {
    TRY_ASSIGN(auto stream, inputs.stream(file));
    GrowingText text(std::move(stream));
    FileLayout layout;
    TRY_ASSIGN(layout.dialect, find_dialect(inputs, file, text, declared));
    FirstRow first;
    TRY(read_first_row(text, layout.dialect, first));
    if (!declared.names.empty()) {
        layout.names = declared.names;
    } else if (first.found && declared.header) {
        const HeaderReader header(inputs.files()[file].name(), text.view(), first.rows, layout.dialect);
        TRY_ASSIGN(layout.names, header.names());
        layout.data_begin = first.rows.next_begin();
    } else if (first.found) {
        for (std::size_t column = 1; column <= first.rows.count(); ++column)
            layout.names.push_back(fmt::format("column_{}", column));
    }
    return layout;
}

}  // namespace sluice::formats::csv
