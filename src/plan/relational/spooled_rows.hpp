// The rows of a source on disk as the text that each gives to a joined row, with its place as columns: so DuckDB joins
// and sorts keys and places only, and whoever writes the join fetches the text (spooled_pairs.hpp).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "formats/fragment.hpp"
#include "formats/row_layout.hpp"
#include "formats/value_rendering.hpp"
#include "io/piece_spool.hpp"
#include "rows/scan.hpp"

namespace sluice {

// What rows are formatted as, and where to.
struct RowText {
    std::vector<FragmentField> fields;  // each of a column of the source
    RowLayout layout;
    ValueStyle style;
    PieceSpool* spool = nullptr;
};

// A source whose scans also format each row, once for each of `texts`. The last two slots of a request for each text,
// whatever their names, are the offset and the size of the row's text as numbers. Every scan formats anew. What is
// given outlives it.
[[nodiscard]] std::unique_ptr<ScannableSource> spooling_source(const ScannableSource& source,
                                                               std::vector<RowText> texts);

}  // namespace sluice
