// Formats the batches of rows that are all there (RowPieces) on several threads, and gives them to a sink in their
// order.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "formats/byte_sink.hpp"
#include "rows/row_stream.hpp"
#include "utils/result.hpp"

namespace sluice {

// Appends the text of the batch number `index` to `out`. Called by several threads at once.
using FormatPiece = std::function<Result<>(const TokenBatch& batch, std::size_t index, std::string& out)>;

// Each thread keeps the text of one batch at most. Fails with what failed first in the order of the batches: a reader,
// `format` or the sink; the sink has got nothing behind that.
[[nodiscard]] Result<> append_pieces(const RowPieces& pieces, const FormatPiece& format, ByteSink& sink);

}  // namespace sluice
