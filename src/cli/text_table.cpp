#include "cli/text_table.hpp"

#include <algorithm>

namespace sluice {
namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// The length of the well-formed UTF-8 character at the start of `text`, or 0.
std::size_t character_length(std::string_view text) {
    const auto byte = [text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (length == 0 || lead > 0xF4 || text.size() < length) return 0;
    if (!std::ranges::all_of(text.substr(1, length - 1), continues_character)) return 0;
    const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool beyond = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
    return overlong || beyond ? 0 : length;
}

// C0, DEL, C1 and what turns the direction of the line around.
bool controls_terminal(std::string_view character) {
    const auto lead = static_cast<unsigned char>(character[0]);
    if (lead < 0x20 || lead == 0x7F) return true;
    if (lead == 0xC2) return static_cast<unsigned char>(character[1]) < 0xA0;
    return character >= "\xE2\x80\xAA" && character <= "\xE2\x80\xAE" && character.size() == 3;
}

}  // namespace

std::size_t text_width(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return !continues_character(byte); }));
}

std::string fit_text(std::string_view text, std::size_t width) {
    if (text_width(text) <= width) return std::string(text);
    constexpr std::string_view kCut = "...";
    const std::size_t kept = width > kCut.size() ? width - kCut.size() : 0;
    std::size_t end = 0;
    for (std::size_t characters = 0; end < text.size(); ++end) {
        if (continues_character(text[end])) continue;
        if (characters == kept) break;
        ++characters;
    }
    return std::string(text.substr(0, end)) + std::string(kCut.substr(0, std::min(width, kCut.size())));
}

std::string printable(std::string_view name) {
    std::string shown;
    while (!name.empty()) {
        const std::size_t length = character_length(name);
        const std::string_view character = name.substr(0, std::max<std::size_t>(length, 1));
        if (length == 0 || controls_terminal(character)) {
            shown += '?';
        } else {
            shown += character;
        }
        name.remove_prefix(character.size());
    }
    return shown;
}

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
