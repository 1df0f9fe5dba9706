#include <span>
#include <vector>

#include "formats/format_writer.hpp"
#include "formats/fragment.hpp"
#include "formats/row_layout.hpp"
#include "formats/sink_buffer.hpp"

namespace sluice {
namespace {

// Rows as JSON objects, whatever stands around and between them.
Result<WrittenRows> write_rows(RowStream& rows, const RowLayout& layout, ValueStyle style, ByteSink& sink) {
    const std::size_t width = rows.columns().size();
    const FragmentFormatter formatter(std::span(rows.columns()), layout, style);
    std::vector<Token> values(width);
    SinkBuffer buffer(sink);
    WrittenRows written;
    while (true) {
        TRY_ASSIGN(const TokenBatch* batch, rows.next());
        if (batch == nullptr) break;
        for (std::size_t row = 0; row < batch->rows; ++row) {
            std::string& text = buffer.text();
            text.append(written.rows == 0 ? layout.file_open : layout.row_separator);
            ++written.rows;
            if (width == 0) {
                text.append(layout.empty_row);
            } else {
                for (std::size_t column = 0; column < width; ++column) values[column] = batch->columns[column][row];
                text.append(layout.row_open);
                formatter.append(values, text);
                text.append(layout.row_close);
            }
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
