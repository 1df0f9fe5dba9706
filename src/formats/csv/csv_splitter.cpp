#include "formats/csv/csv_splitter.hpp"

#include <algorithm>

namespace sluice::formats::csv {

namespace {

// The newlines of a piece that is in no quoted cell.
void add_newlines(std::string_view bytes, std::size_t begin, std::size_t end, RowEnds& ends) {
    const std::string_view piece = bytes.substr(begin, end - begin);
    const std::size_t last = piece.rfind('\n');
    if (last == std::string_view::npos) return;
    ends.last = begin + last + 1;
    if (ends.first == RowEnds::kNone) ends.first = begin + piece.find('\n') + 1;
}

}  // namespace

RowEnds CsvSplitter::find_ends(std::string_view bytes) {
    RowEnds ends;
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (state_ == State::quoted) {
            at = bytes.find(quote_, at);
            if (at == std::string_view::npos) break;
            ++at;
            state_ = State::quote_in_quoted;
        } else if (state_ == State::quote_in_quoted) {
            const bool doubled = bytes[at] == quote_;
            state_ = doubled ? State::quoted : State::plain;
            previous_ = quote_;
            if (doubled) ++at;
        } else {
            const std::size_t quote = std::min(bytes.find(quote_, at), bytes.size());
            add_newlines(bytes, at, quote, ends);
            if (quote > at) previous_ = bytes[quote - 1];
            if (quote == bytes.size()) break;
            const bool opens = previous_ == delimiter_ || previous_ == '\n';
            if (opens) state_ = State::quoted;
            previous_ = quote_;
            at = quote + 1;
        }
    }
    return ends;
}

std::unique_ptr<RowSplitter> splitter_of(const Dialect& dialect) {
    if (!dialect.quote) return std::make_unique<LineSplitter>();
    return std::make_unique<CsvSplitter>(dialect);
}

}  // namespace sluice::formats::csv
