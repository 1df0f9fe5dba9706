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
    ObjectKeys(const OutputColumn& column, ValueStyle style)
        : rendered_(column.meaning != Meaning::value), rendering_(column, style) {}

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

    [[nodiscard]] static Error same_text(const std::pair<const std::string, First>& first, const Token& key,
                                         std::uint64_t row) {
        std::string name;
        append_quoted(first.first, name);
        const std::string& value = first.second.value.empty() ? name : first.second.value;
        return data_error(
            "same_key_text",
            fmt::format("two keys of a json_object have the text {}: {} in row {} and {} in row {}; write this "
                        "output as json or jsonl, or make the keys one kind with a select before it",
                        name, value, first.second.row, key.view(), row));
    }

    bool rendered_;
    ValueRendering rendering_;
    std::unordered_map<std::string, First> first_;
    std::string rendered_text_;
    std::string key_;
};

}  // namespace

Result<WrittenRows> write_json_object(RowStream& rows, ValueStyle style, ByteSink& sink) {
    const std::vector<OutputColumn>& columns = rows.columns();
    if (columns.size() != 2) {
        return config_error(
            "json_object_columns",
            fmt::format("format json_object takes exactly two columns, key then value, but there {} {}; choose "
                        "two with a select, or write this output as json or jsonl",
                        columns.size() == 1 ? "is" : "are", columns.size()));
    }
    ObjectKeys keys(columns[0], style);
    const ValueRendering value(columns[1], style);
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
