#include "formats/csv/cell_text.hpp"

#include "formats/csv/column_types.hpp"
#include "rows/json_text.hpp"

namespace sluice::formats::csv {

void append_text(const char* data, const Cell& cell, const Dialect& dialect, std::string& out) {
    const std::string_view raw(data + cell.begin, cell.end - cell.begin);
    if (!cell.doubled) {
        out.append(raw);
        return;
    }
    for (std::size_t at = 0; at < raw.size(); ++at) {
        out.push_back(raw[at]);
        if (raw[at] == *dialect.quote) ++at;
    }
}

void append_json_text(const char* data, const Cell& cell, const Dialect& dialect, std::string& out) {
    if (!cell.doubled) {
        append_quoted({data + cell.begin, cell.end - cell.begin}, out);
        return;
    }
    std::string text;
    append_text(data, cell, dialect, text);
    append_quoted(text, out);
}

Token declared_token(const char* data, const Cell& cell, const Dialect& dialect, const DeclaredType& declared,
                     std::string& out) {
    const std::string_view raw(data + cell.begin, cell.end - cell.begin);
    const Type type = declared.type;
    const bool as_number = type == Type::integer || type == Type::number || declared.notation.is_epoch();
    if ((as_number && is_number(raw.data(), raw.data() + raw.size())) || (type == Type::boolean && is_boolean(raw)))
        return token_of(raw);
    append_json_text(data, cell, dialect, out);
    return token_of(out);
}

}  // namespace sluice::formats::csv
