// Lays out rows of text in columns for a terminal. Not thread-safe; never fails.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

// How many columns of a terminal a text takes: its code points (wide and combining characters count as one).
[[nodiscard]] std::size_t text_width(std::string_view text);
// At most `width` columns of the text; what does not fit ends in "...".
[[nodiscard]] std::string fit_text(std::string_view text, std::size_t width);
// A name as it may be shown: control characters, which could move the cursor, and broken UTF-8 become '?'.
[[nodiscard]] std::string printable(std::string_view name);

enum class Align { left, right };

class TextTable {
public:
    struct Column {
        std::string title;
        Align align = Align::left;
    };

    explicit TextTable(std::vector<Column> columns);
    // One cell a column.
    void add(std::vector<std::string> cells);
    // The title line and the rows, two blanks between columns, none at line ends; columns that are empty in all rows
    // are left out. Empty without rows.
    [[nodiscard]] std::string text() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace sluice
