// A row is written with one check for room: the labels are ready-made, a scalar is a copy of its token, and what is
// computed has a bounded size. Only rows with nested values, whose layout may need more room, go the slow way.
#include "formats/fragment.hpp"

#include <cstring>

#include "rows/json_text.hpp"

namespace sluice {
namespace {

// A label is copied in a piece of this size, which is quicker than its true size and then overwritten by the value. The
// labels and the row's room end with as many spare bytes.
constexpr std::size_t kLabelPiece = 32;

bool is_nested(const Token& token) { return token.kind >= Kind::array; }

}  // namespace

FragmentFormatter::FragmentFormatter(const std::vector<FragmentField>& fields, RowLayout layout, ValueStyle style)
    : FragmentFormatter(std::span<const OutputColumn>(), layout, style) {
    for (const FragmentField& field : fields) add(field.output);
}

FragmentFormatter::FragmentFormatter(std::span<const OutputColumn> columns, RowLayout layout, ValueStyle style)
    : layout_(layout), style_(style), labels_(kLabelPiece, '\0'), fixed_room_(kLabelPiece) {
    for (const OutputColumn& column : columns) add(column);
}

void FragmentFormatter::add(const OutputColumn& column) {
    const std::size_t begin = labels_.size() - kLabelPiece;
    labels_.resize(begin);
    if (!fields_.empty()) labels_.append(layout_.field_separator);
    append_quoted(column.name, labels_);
    labels_.append(": ");
    const std::size_t size = labels_.size() - begin;
    fields_.push_back(
        {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size), ValueRendering(column, style_)});
    labels_.append(kLabelPiece, '\0');
    fixed_room_ += size + fields_.back().rendering.room_beyond_token();
}

void FragmentFormatter::append(std::span<const Token> values, std::string& out) const {
    std::size_t room = fixed_room_;
    bool nested = false;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        room += values[i].size;
        nested |= is_nested(values[i]);
    }
    if (nested) [[unlikely]] {
        append_nested(values, out);
        return;
    }
    const std::size_t begin = out.size();
    out.resize(begin + room);
    char* at = out.data() + begin;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const Field& field = fields_[i];
        const char* const label = labels_.data() + field.label_begin;
        if (field.label_size <= kLabelPiece) {
            std::memcpy(at, label, kLabelPiece);
        } else {
            std::memcpy(at, label, field.label_size);
        }
        at = field.rendering.write(values[i], at + field.label_size);
    }
    out.resize(static_cast<std::size_t>(at - out.data()));
}

void FragmentFormatter::append_nested(std::span<const Token> values, std::string& out) const {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        out.append(labels_, fields_[i].label_begin, fields_[i].label_size);
        fields_[i].rendering.append(values[i], out);
    }
}

}  // namespace sluice
