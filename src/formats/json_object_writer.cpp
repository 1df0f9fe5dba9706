#include <fmt/format.h>

#include <string>
#include <unordered_map>

#include "formats/format_writer.hpp"
#include "formats/sink_buffer.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"

namespace sluice {
namespace {

// One column of keys becomes the names of one object, so two keys that are different values may not have the same text.
class ObjectKeys {
public:
    ObjectKeys(const OutputColumn& column, const WriteRequest& request)
        : request_(request), rendered_(column.meaning != Meaning::value), rendering_(column, request.style) {}

    // Appends the key of row number `row` (from 1) as a quoted name.
    [[nodiscard]] Result<> append(const Token& key, std::uint64_t row, std::string& out) {
        TRY_ASSIGN(std::string text, text_of(key));
        append_quoted(text, out);
        // Text is given back by quoting it, so only other keys' spelling is kept.
        First first{row, key.kind == Kind::text && !rendered_ ? std::string() : std::string(key.view())};
        const auto [found, fresh] = first_.try_emplace(std::move(text), std::move(first));
        if (!fresh) return same_text(*found, key, row);
        return {};
    }

private:
    struct First {
        std::uint64_t row = 0;
        std::string value;  // as JSON; empty: the text itself
    };

    [[nodiscard]] Result<std::string> text_of(const Token& key) {
        Token token = key;
        if (rendered_) {
            rendered_text_.clear();
            rendering_.append(key, rendered_text_);
            token = token_of(rendered_text_);
        }
        key_.clear();
        if (!append_key(token, key_)) {
            return data_error(
                "exponent_too_large",
                fmt::format("the number {} has an exponent of more than 18 digits and cannot be a key of a "
                            "json_object; write this output as json or jsonl",
                            token.view()));
        }
        return key_text(key_, is_integer_form(token));
    }

    [[nodiscard]] Error same_text(const std::pair<const std::string, First>& first, const Token& key,
                                  std::uint64_t row) const {
        std::string name;
        append_quoted(first.first, name);
        const std::string& value = first.second.value.empty() ? name : first.second.value;
        return data_error(
            "same_key_text",
            fmt::format("two keys of a json_object have the text {}: {} {} and {} {}; write this output as json or "
                        "jsonl, or make the keys one kind with a select before it",
                        name, value, place(token_of(value), first.second.row), key.view(), place(key, row)));
    }

    // "at FILE:LINE", or the row of the output where no line of the input is behind it.
    [[nodiscard]] std::string place(const Token& key, std::uint64_t row) const {
        const std::string known = request_.place_of_key ? request_.place_of_key(key) : std::string();
        return known.empty() ? fmt::format("in row {}", row) : fmt::format("at {}", known);
    }

    const WriteRequest& request_;
    bool rendered_;
    ValueRendering rendering_;
    std::unordered_map<std::string, First> first_;
    std::string rendered_text_;
    std::string key_;
};

}  // namespace

Result<WrittenRows> write_json_object(RowStream& rows, const WriteRequest& request, ByteSink& sink) {
    const std::vector<OutputColumn>& columns = rows.columns();
    if (columns.size() != 2) {
        return data_error(
            "json_object_columns",
            fmt::format("format json_object takes exactly two columns, key then value, but there {} {}; choose "
                        "two with a select, or write this output as json or jsonl",
                        columns.size() == 1 ? "is" : "are", columns.size()));
    }
    ObjectKeys keys(columns[0], request);
    const ValueRendering value(columns[1], request.style);
    SinkBuffer buffer(sink);
    WrittenRows written;
    std::uint64_t row_number = 0;
    while (true) {
        TRY_ASSIGN(const TokenBatch* batch, rows.next());
        if (batch == nullptr) break;
        for (std::size_t row = 0; row < batch->rows; ++row) {
            ++row_number;
            const Token& key = batch->columns[0][row];
            if (key.is_null()) continue;
            buffer.text().append(written.rows == 0 ? "{\n  " : ",\n  ");
            TRY(keys.append(key, row_number, buffer.text()));
            buffer.text().append(": ");
            value.append(batch->columns[1][row], buffer.text());
            ++written.rows;
            TRY(buffer.flush_if_full());
        }
    }
    buffer.text().append(written.rows == 0 ? "{}\n" : "\n}\n");
    TRY(buffer.flush());
    return written;
}

}  // namespace sluice
