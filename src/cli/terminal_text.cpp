#include "cli/terminal_text.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>

namespace sluice {
namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// C0, DEL, C1 and what turns the direction of the line around.
bool controls_terminal(std::string_view character) {
    const auto lead = static_cast<unsigned char>(character[0]);
    if (lead < 0x20 || lead == 0x7F) return true;
    if (lead == 0xC2) return static_cast<unsigned char>(character[1]) < 0xA0;
    const auto between = [&](std::string_view first, std::string_view last) {
        return character.size() == 3 && character >= first && character <= last;
    };
    return between("\xE2\x80\xAA", "\xE2\x80\xAE") || between("\xE2\x81\xA6", "\xE2\x81\xA9");
}

utf8proc_int32_t code_point(std::string_view character) {
    utf8proc_int32_t code = 0;
    (void)utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(character.data()),
                           static_cast<utf8proc_ssize_t>(character.size()), &code);
    return code;
}

// What is no character takes one column, as the replacement that a terminal shows.
std::size_t character_width(std::string_view character) {
    if (static_cast<unsigned char>(character[0]) < 0x80) return 1;
    const utf8proc_int32_t code = code_point(character);
    return code < 0 ? 1 : static_cast<std::size_t>(utf8proc_charwidth(code));
}

std::string_view first_character(std::string_view text) {
    return text.substr(0, std::max<std::size_t>(character_length(text), 1));
}

std::string json_escape(std::string_view character) {
    if (character == "\n") return "\\n";
    if (character == "\t") return "\\t";
    if (character == "\r") return "\\r";
    return fmt::format("\\u{:04x}", code_point(character));
}

}  // namespace

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

std::size_t text_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const std::string_view character = first_character(text);
        width += character_width(character);
        text.remove_prefix(character.size());
    }
    return width;
}

std::string fit_text(std::string_view text, std::size_t width, std::string_view cut) {
    if (text_width(text) <= width) return std::string(text);
    if (width < text_width(cut)) return fit_text(cut, width, "");
    std::size_t left = width - text_width(cut);
    std::size_t end = 0;
    while (end < text.size()) {
        const std::string_view character = first_character(text.substr(end));
        const std::size_t takes = character_width(character);
        if (takes > left) break;
        left -= takes;
        end += character.size();
    }
    return std::string(text.substr(0, end)) + std::string(cut);
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

std::string escaped(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const std::string_view character = first_character(text);
        if (character_length(text) == 0) {
            shown += '?';
        } else if (controls_terminal(character)) {
            shown += json_escape(character);
        } else {
            shown += character;
        }
        text.remove_prefix(character.size());
    }
    return shown;
}

}  // namespace sluice
