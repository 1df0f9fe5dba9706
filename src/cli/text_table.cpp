#include "cli/text_table.hpp"

#include <algorithm>

#include "cli/terminal_text.hpp"

namespace sluice {

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::add(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
    if (rows_.empty()) return "";
    std::vector<std::size_t> widths(columns_.size(), 0);
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        for (const auto& row : rows_) widths[column] = std::max(widths[column], text_width(row[column]));
        if (widths[column] != 0) widths[column] = std::max(widths[column], text_width(columns_[column].title));
    }
    std::string text;
    const auto add_line = [&](const auto& cell_of) {
        std::string line;
        for (std::size_t column = 0; column < columns_.size(); ++column) {
            if (widths[column] == 0) continue;
            const std::string& cell = cell_of(column);
            const std::string padding(widths[column] - text_width(cell), ' ');
            if (!line.empty()) line += "  ";
            line += columns_[column].align == Align::right ? padding + cell : cell + padding;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    };
    add_line([this](std::size_t column) -> const std::string& { return columns_[column].title; });
    for (const auto& row : rows_) add_line([&row](std::size_t column) -> const std::string& { return row[column]; });
    return text;
}

}  // namespace sluice
