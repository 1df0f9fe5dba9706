#include <atomic>
#include <span>
#include <string>
#include <vector>

#include "formats/format_writer.hpp"
#include "formats/fragment.hpp"
#include "formats/piece_writing.hpp"
#include "formats/row_layout.hpp"
#include "formats/sink_buffer.hpp"

namespace sluice {
namespace {

// Rows as JSON objects, whatever stands around and between them. May be used by several threads at once.
class ObjectRows {
public:
    ObjectRows(const std::vector<OutputColumn>& columns, const RowLayout& layout, ValueStyle style)
        : width_(columns.size()), layout_(layout), formatter_(std::span(columns), layout, style) {}

    // `first`: nothing stands before the row. `values` is scratch.
    void append(const TokenBatch& batch, std::size_t row, bool first, std::vector<Token>& values,
                std::string& text) const {
        text.append(first ? layout_.file_open : layout_.row_separator);
        if (width_ == 0) {
            text.append(layout_.empty_row);
            return;
        }
        values.resize(width_);
        for (std::size_t column = 0; column < width_; ++column) values[column] = batch.columns[column][row];
        text.append(layout_.row_open);
        formatter_.append(values, text);
        text.append(layout_.row_close);
    }

private:
    std::size_t width_;
    RowLayout layout_;
    FragmentFormatter formatter_;
};

Result<WrittenRows> write_pieces(const RowPieces& pieces, const ObjectRows& rows, const RowLayout& layout,
                                 ByteSink& sink) {
    std::atomic<std::uint64_t> written{0};
    TRY(append_pieces(
        pieces,
        [&](const TokenBatch& batch, std::size_t index, std::string& text) -> Result<> {
            std::vector<Token> values;
            for (std::size_t row = 0; row < batch.rows; ++row)
                rows.append(batch, row, index == 0 && row == 0, values, text);
            written += batch.rows;
            return {};
        },
        sink));
    TRY(sink.append(written == 0 ? layout.empty_file : layout.file_close));
    return WrittenRows{written};
}

Result<WrittenRows> write_rows(RowStream& stream, const RowLayout& layout, ValueStyle style, ByteSink& sink) {
    const ObjectRows rows(stream.columns(), layout, style);
    if (const RowPieces* pieces = stream.pieces(); pieces != nullptr) return write_pieces(*pieces, rows, layout, sink);
    SinkBuffer buffer(sink);
    WrittenRows written;
    std::vector<Token> values;
    while (true) {
        TRY_ASSIGN(const TokenBatch* batch, stream.next());
        if (batch == nullptr) break;
        for (std::size_t row = 0; row < batch->rows; ++row) {
            rows.append(*batch, row, written.rows == 0, values, buffer.text());
            ++written.rows;
            TRY(buffer.flush_if_full());
        }
    }
    buffer.text().append(written.rows == 0 ? layout.empty_file : layout.file_close);
    TRY(buffer.flush());
    return written;
}

}  // namespace

Result<WrittenRows> write_json(RowStream& rows, const WriteRequest& request, ByteSink& sink) {
    return write_rows(rows, kJsonLayout, request.style, sink);
}

Result<WrittenRows> write_jsonl(RowStream& rows, const WriteRequest& request, ByteSink& sink) {
    return write_rows(rows, kJsonLinesLayout, request.style, sink);
}

}  // namespace sluice
