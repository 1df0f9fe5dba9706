// A source's rows as a stream of tokens, in order, by one thread.
#pragma once

#include <memory>
#include <string>

#include "rows/row_stream.hpp"
#include "rows/scan.hpp"

namespace sluice {

// What a column of a source means: a time where `types:` says so.
[[nodiscard]] OutputColumn output_column(const ScannableSource& source, const std::string& name);

// All rows with the columns that `summary` found. The source outlives the stream; `progress` and `stop` may be null.
[[nodiscard]] std::unique_ptr<RowStream> source_rows(const ScannableSource& source, const ScanSummary& summary,
                                                     ScanProgress* progress, const StopFlag* stop);

}  // namespace sluice
