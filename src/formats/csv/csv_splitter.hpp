// Finds where the rows of a CSV file end: newlines that are in no quoted cell.
//
// An exact automaton, since a quote means something only at a cell's start: it goes from quote to quote and looks at
// the byte before. What follows a closing quote up to the next delimiter is taken as it is, so that a fault in one cell
// does not change where the rows after it begin.
#pragma once

#include <memory>
#include <string_view>

#include "formats/csv/dialect.hpp"
#include "formats/scan/row_splitter.hpp"

namespace sluice::formats::csv {

// For a dialect with a quote; without one, a row is a line (LineSplitter).
class CsvSplitter final : public RowSplitter {
public:
    explicit CsvSplitter(const Dialect& dialect) : delimiter_(dialect.delimiter), quote_(*dialect.quote) {}

    [[nodiscard]] RowEnds find_ends(std::string_view bytes) override;

private:
    enum class State { plain, quoted, quote_in_quoted };

    char delimiter_;
    char quote_;
    State state_ = State::plain;
    char previous_ = '\n';  // in `plain`: the byte before the next one
};

[[nodiscard]] std::unique_ptr<RowSplitter> splitter_of(const Dialect& dialect);

}  // namespace sluice::formats::csv
