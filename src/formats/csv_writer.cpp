// CSV as RFC 4180 has it, with a header row. CSV has no types, so a cell is a value's own text: a text without its
// quotes and escapes, everything else as its token. What a reader must be able to tell apart is kept apart: null is an
// empty cell, the empty text is "". A cell is quoted only where it must be.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "formats/format_writer.hpp"
#include "formats/sink_buffer.hpp"
#include "rows/json_text.hpp"

namespace sluice {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The bytes that a cell may not have outside quotes.
class Quoting {
public:
    explicit Quoting(char delimiter) {
        for (const char byte : {delimiter, '"', '\n', '\r'}) special_[static_cast<unsigned char>(byte)] = true;
    }

    // Appends the text as a cell.
    void append(std::string_view text, std::string& out) const {
        if (!text.empty() && std::ranges::none_of(text, [this](char byte) { return is_special(byte); })) {
            out.append(text);
        } else {
            append_quoted_cell(text, out);
        }
    }

    static void append_quoted_cell(std::string_view text, std::string& out) {
        out.push_back('"');
        for (const char byte : text) {
            if (byte == '"') out.push_back('"');
            out.push_back(byte);
        }
        out.push_back('"');
    }

private:
    [[nodiscard]] bool is_special(char byte) const { return special_[static_cast<unsigned char>(byte)]; }

    std::array<bool, 256> special_{};
};

class CsvRows {
public:
    CsvRows(const std::vector<OutputColumn>& columns, const WriteRequest& request, char delimiter)
        : columns_(columns), delimiter_(delimiter), line_end_(request.crlf ? "\r\n" : "\n"), quoting_(delimiter) {
        for (const OutputColumn& column : columns) renderings_.emplace_back(column, request.style);
    }

    [[nodiscard]] Result<> append_header(std::string& out) const {
        for (std::size_t column = 0; column < columns_.size(); ++column) {
            const std::string& name = columns_[column].name;
            if (name.find('\0') != std::string::npos) return null_character("the name of column", column, 0);
            if (column > 0) out.push_back(delimiter_);
            if (column == 0 && name.starts_with(kByteOrderMark)) {
                Quoting::append_quoted_cell(name, out);  // a reader would take it for the file's own mark
            } else {
                quoting_.append(name, out);
            }
        }
        out.append(line_end_);
        return {};
    }

    // `row_number` counts from 1.
    [[nodiscard]] Result<> append_row(const TokenBatch& batch, std::size_t row, std::uint64_t row_number,
                                      std::string& out) {
        for (std::size_t column = 0; column < columns_.size(); ++column) {
            if (column > 0) out.push_back(delimiter_);
            const Token& token = batch.columns[column][row];
            if (token.is_null()) continue;
            if (!append_value(column, token, out)) return null_character("the value of column", column, row_number);
        }
        out.append(line_end_);
        return {};
    }

private:
    // Whether the value can stand in a cell: no reader agrees with another about a NUL byte.
    [[nodiscard]] bool append_value(std::size_t column, const Token& token, std::string& out) {
        if (token.kind == Kind::text && columns_[column].meaning == Meaning::value) return append_text(token, out);
        rendered_.clear();
        renderings_[column].append(token, rendered_);
        if (rendered_.starts_with('"')) return append_text(token_of(rendered_), out);
        quoting_.append(rendered_, out);
        return true;
    }

    [[nodiscard]] bool append_text(const Token& token, std::string& out) {
        if (!token.escaped) {
            quoting_.append(token.view().substr(1, token.size - 2), out);
            return true;
        }
        decoded_.clear();
        append_decoded(token, decoded_);
        quoting_.append(decoded_, out);
        return decoded_.find('\0') == std::string::npos;
    }

    [[nodiscard]] Error null_character(std::string_view what, std::size_t column, std::uint64_t row) const {
        return data_error("null_character",
                          fmt::format("{} {} ('{}'){} has a NUL character, which CSV cannot carry; write this output "
                                      "as json or jsonl, or leave the column out with a select",
                                      what, column + 1, columns_[column].name.c_str(),
                                      row == 0 ? "" : fmt::format(" in row {}", row)));
    }

    const std::vector<OutputColumn>& columns_;
    char delimiter_;
    std::string_view line_end_;
    Quoting quoting_;
    std::vector<ValueRendering> renderings_;
    std::string rendered_;
    std::string decoded_;
};

Result<WrittenRows> write_delimited(RowStream& rows, const WriteRequest& request, char delimiter, ByteSink& sink) {
    CsvRows cells(rows.columns(), request, delimiter);
    SinkBuffer buffer(sink);
    WrittenRows written;
    const bool has_columns = !rows.columns().empty();
    if (has_columns) TRY(cells.append_header(buffer.text()));
    while (true) {
        TRY_ASSIGN(const TokenBatch* batch, rows.next());
        if (batch == nullptr) break;
        if (!has_columns) {
            return data_error("rows_without_columns",
                              "the rows have no columns, so CSV cannot say how many they are; write this output as "
                              "json or jsonl");
        }
        for (std::size_t row = 0; row < batch->rows; ++row) {
            TRY(cells.append_row(*batch, row, ++written.rows, buffer.text()));
            TRY(buffer.flush_if_full());
        }
    }
    TRY(buffer.flush());
    return written;
}

}  // namespace

Result<WrittenRows> write_csv(RowStream& rows, const WriteRequest& request, ByteSink& sink) {
    return write_delimited(rows, request, ',', sink);
}

Result<WrittenRows> write_tsv(RowStream& rows, const WriteRequest& request, ByteSink& sink) {
    return write_delimited(rows, request, '\t', sink);
}

}  // namespace sluice
