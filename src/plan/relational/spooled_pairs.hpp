// Writes a join whose rows lie in spools: the pairs come in order, as places of the two texts that make a row.
#pragma once

#include <cstdint>

#include "formats/byte_sink.hpp"
#include "formats/row_layout.hpp"
#include "io/piece_spool.hpp"
#include "rows/row_stream.hpp"
#include "rows/scan.hpp"

namespace sluice {

struct SpooledPairs {
    const PieceSpool& left;
    const PieceSpool& right;
    RowLayout layout;
    bool right_has_fields = true;  // else the right texts are empty
};

// `places` has four columns, numbers: offset and size of the left text, then of the right one. Gives the rows written;
// `written` grows with them and may be null. Memory: a few MiB, whatever the size of a text.
[[nodiscard]] Result<std::uint64_t> write_spooled_pairs(const SpooledPairs& pairs, RowStream& places, ByteSink& sink,
                                                        ScanProgress* written);

}  // namespace sluice
