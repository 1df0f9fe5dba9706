// How rows become text in a format whose rows are JSON objects: the bytes before, between and after. Shared by the row
// writers and by the pair writer, which glues pieces of rows that were formatted while they were read.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

struct RowLayout {
    std::string_view file_open, row_open, field_separator, row_close, row_separator, file_close;
    std::string_view empty_file;  // the whole file when there is no row
    std::string_view empty_row;   // a row without columns
};

// As Python's json.dumps(indent=2) plus a newline at the end.
inline constexpr RowLayout kJsonLayout{"[\n", "  {\n    ", ",\n    ", "\n  }", ",\n", "\n]\n", "[]\n", "  {}"};
inline constexpr RowLayout kJsonLinesLayout{"", "{", ", ", "}", "\n", "\n", "", "{}"};

}  // namespace sluice
