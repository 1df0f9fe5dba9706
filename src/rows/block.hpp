// Some consecutive rows of a source, parsed: what a scan hands to its consumers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rows/token.hpp"

namespace sluice {

// Where a row begins: its byte position in the source's files laid end to end in reading order. Unique in a source and
// growing in input order, whatever the number of threads. Extractor::place() turns it into file:line.
using Ordinal = std::uint64_t;

// A column's number within one scan: given out in the order in which the scan's threads met the names, so it differs
// from run to run. ScanSummary::columns has the stable order.
using ColumnId = std::uint32_t;

struct RowEntry {
    ColumnId column = 0;
    Token token;
};

// Filled by a BlockReader and valid until that reader's next call. Rows are in input order; bad lines are not in it.
struct Block {
    std::vector<Ordinal> ordinals;           // one for each row
    std::vector<std::vector<Token>> slots;   // [slot][row]: the columns named in ScanRequest::slots, null where missing
    std::vector<RowEntry> entries;           // all rows' values in written order, if ScanRequest::entries
    std::vector<std::uint32_t> entry_begin;  // rows() + 1 positions in `entries`, if ScanRequest::entries

    [[nodiscard]] std::size_t rows() const noexcept { return ordinals.size(); }
    [[nodiscard]] std::span<const RowEntry> row(std::size_t index) const {
        return std::span(entries).subspan(entry_begin[index], entry_begin[index + 1] - entry_begin[index]);
    }
};

}  // namespace sluice
