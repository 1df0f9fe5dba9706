// Lays out rows of text in columns for a terminal. Not thread-safe; never fails.
#pragma once

#include <string>
#include <vector>

namespace sluice {

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
