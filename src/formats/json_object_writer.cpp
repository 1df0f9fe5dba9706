#include <fmt/format.h>

#include <atomic>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/format_writer.hpp"
#include "formats/piece_writing.hpp"
#include "formats/sink_buffer.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"
#include "utils/byte_table.hpp"

namespace sluice {
namespace {

// One column of keys becomes the names of one object, so two keys that are different values may not have the same text.
class ObjectKeys {
public:
    ObjectKeys(const OutputColumn& column, const WriteRequest& request)
        : request_(request), rendered_(column.meaning != Meaning::value), rendering_(column, request.style) {}

    // Appends the key of row number `row` (from 1) as a quoted name.
    [[nodiscard]] Result<> append(const Token& key, std::uint64_t row, std::string& out) {
        const std::size_t begin = out.size();
        const bool is_its_name = key.kind == Kind::text && !rendered_;
        if (is_its_name && !key.escaped) {
            out.append(key.view());
        } else {
            TRY_ASSIGN(const std::string text, text_of(key));
            append_quoted(text, out);
        }
        if (request_.distinct_names) return {};
        const std::uint32_t number = names_.add(std::string_view(out).substr(begin));
        if (number <= first_.size()) return same_text(number, key, row);
        // A text is given back by its name, so only other keys' spelling is kept.
        first_.push_back({row, is_its_name ? std::string_view() : kept(key.view())});
        return {};
    }

private:
    struct First {
        std::uint64_t row = 0;
        std::string_view value;  // as JSON; empty: the name itself
    };

    [[nodiscard]] std::string_view kept(std::string_view value) { return {values_.copy(value), value.size()}; }

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

    // That the key has the name of the one that got `number`.
    [[nodiscard]] Error same_text(std::uint32_t number, const Token& key, std::uint64_t row) const {
        const First& first = first_[number - 1];
        const std::string_view name = names_[number];
        const std::string_view value = first.value.empty() ? name : first.value;
        return data_error(
            "same_key_text",
            fmt::format("two keys of a json_object have the text {}: {} {} and {} {}; write this output as json or "
                        "jsonl, or make the keys one kind with a select before it",
                        name, value, place(token_of(value), first.row), key.view(), place(key, row)));
    }

    // "at FILE:LINE", or the row of the output where no line of the input is behind it.
    [[nodiscard]] std::string place(const Token& key, std::uint64_t row) const {
        const std::string known = request_.place_of_key ? request_.place_of_key(key) : std::string();
        return known.empty() ? fmt::format("in row {}", row) : fmt::format("at {}", known);
    }

    const WriteRequest& request_;
    bool rendered_;
    ValueRendering rendering_;
    ByteTable names_;           // as written, with their quotes
    std::vector<First> first_;  // by a name's number - 1
    ByteArena values_;
    std::string rendered_text_;
    std::string key_;
};

constexpr std::string_view kFirst = "{\n  ";
constexpr std::string_view kNext = ",\n  ";
constexpr std::string_view kAfterName = ": ";
constexpr std::string_view kNoMembers = "{}\n";
constexpr std::string_view kEnd = "\n}\n";
constexpr std::size_t kAroundName = 4;  // its quotes, and kAfterName

char* copy(std::string_view text, char* out) {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

// A scalar that is spelled as its name, as a quoted name; `out` has room for two bytes more than the key.
char* write_name(const Token& key, char* out) {
    if (key.kind == Kind::text) return copy(key.view(), out);
    *out++ = '"';
    out = copy(key.view(), out);
    *out++ = '"';
    return out;
}

void append_name(const Token& key, std::string& out) {
    if (key.kind == Kind::text) {
        out.append(key.view());
    } else {
        append_quoted(key.view(), out);
    }
}

bool is_nested(const Token& token) { return token.kind >= Kind::array; }

void append_nested_members(const TokenBatch& batch, const ValueRendering& rendering, bool first, std::string& out) {
    for (std::size_t row = 0; row < batch.rows; ++row) {
        out.append(first && row == 0 ? kFirst : kNext);
        append_name(batch.columns[0][row], out);
        out.append(kAfterName);
        rendering.append(batch.columns[1][row], out);
    }
}

// Appends the members of a batch whose keys are names, with one check for room unless something in it is nested.
// `first`: nothing stands before them.
void append_members(const TokenBatch& batch, const ValueRendering& rendering, bool first, std::string& out) {
    const std::span<const Token> keys(batch.columns[0]);
    const std::span<const Token> values(batch.columns[1]);
    std::size_t room = 0;
    bool nested = false;
    for (std::size_t row = 0; row < batch.rows; ++row) {
        room += kNext.size() + keys[row].size + kAroundName + values[row].size + rendering.room_beyond_token();
        nested = nested || is_nested(keys[row]) || is_nested(values[row]);
    }
    if (nested) return append_nested_members(batch, rendering, first, out);
    const std::size_t begin = out.size();
    out.resize(begin + room);
    char* at = out.data() + begin;
    for (std::size_t row = 0; row < batch.rows; ++row) {
        at = copy(first && row == 0 ? kFirst : kNext, at);
        at = copy(kAfterName, write_name(keys[row], at));
        at = rendering.write(values[row], at);
    }
    out.resize(static_cast<std::size_t>(at - out.data()));
}

// Rows whose keys are names, no two alike: nothing is to be remembered, so several threads can write.
Result<WrittenRows> write_named_members(const RowPieces& pieces, const OutputColumn& value, ValueStyle style,
                                        ByteSink& sink) {
    const ValueRendering rendering(value, style);
    std::atomic<std::uint64_t> members{0};
    TRY(append_pieces(
        pieces,
        [&](const TokenBatch& batch, std::size_t index, std::string& out) -> Result<> {
            append_members(batch, rendering, index == 0, out);
            members += batch.rows;
            return {};
        },
        sink));
    TRY(sink.append(members == 0 ? kNoMembers : kEnd));
    return WrittenRows{members};
}

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
    if (const RowPieces* pieces = rows.pieces();
        pieces != nullptr && pieces->first_column_is_name() && columns[0].meaning == Meaning::value)
        return write_named_members(*pieces, columns[1], request.style, sink);
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
            buffer.text().append(written.rows == 0 ? kFirst : kNext);
            TRY(keys.append(key, row_number, buffer.text()));
            buffer.text().append(kAfterName);
            value.append(batch->columns[1][row], buffer.text());
            ++written.rows;
            TRY(buffer.flush_if_full());
        }
    }
    buffer.text().append(written.rows == 0 ? kNoMembers : kEnd);
    TRY(buffer.flush());
    return written;
}

}  // namespace sluice
