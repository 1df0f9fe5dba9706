// Turns one row's values into the text between row_open and row_close: `"name": value<separator>"name": value`. Used by
// the row writers, and by the engine for rows that are formatted while they are read, so both give the same bytes.
//
// Made for a list of columns, to which add() may append; append() may be called from several threads at once, each with
// its own `out`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "formats/row_layout.hpp"
#include "formats/value_rendering.hpp"
#include "rows/row_stream.hpp"
#include "rows/token.hpp"

namespace sluice {

struct FragmentField {
    std::string input;    // the column's name where its values come from; not used here
    OutputColumn output;  // its name and meaning in the output
};

class FragmentFormatter {
public:
    FragmentFormatter(const std::vector<FragmentField>& fields, RowLayout layout, ValueStyle style);
    FragmentFormatter(std::span<const OutputColumn> columns, RowLayout layout, ValueStyle style);

    void add(const OutputColumn& column);
    [[nodiscard]] std::size_t field_count() const noexcept { return fields_.size(); }

    // One value for each field, in the fields' order; null tokens for missing ones. Appends nothing when there are no
    // fields.
    void append(std::span<const Token> values, std::string& out) const;

private:
    struct Field {
        std::uint32_t label_begin = 0;  // of separator, name and ": " in labels_
        std::uint32_t label_size = 0;
        ValueRendering rendering;
    };

    void append_nested(std::span<const Token> values, std::string& out) const;

    RowLayout layout_;
    ValueStyle style_;
    std::vector<Field> fields_;
    std::string labels_;
    std::size_t fixed_room_ = 0;  // bytes that a row may take beyond those of its tokens
};

}  // namespace sluice
