#include "config/characters.hpp"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};
// Unicode's East Asian Width, wide and full width, in rough blocks.
constexpr std::array kWide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},  Range{0x3041, 0xA4CF},
                           Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},  Range{0xFE30, 0xFE6F},
                           Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},  Range{0x1F300, 0x1F64F},
                           Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};
constexpr std::array kCombining{Range{0x0300, 0x036F}, Range{0x200B, 0x200F}, Range{0xFE00, 0xFE0F}};

bool within(std::uint32_t code_point, const auto& ranges) {
    return std::ranges::any_of(ranges,
                               [&](Range range) { return code_point >= range.first && code_point <= range.last; });
}

}  // namespace

Character first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
    std::uint32_t code_point = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80U) return {};
        code_point = (code_point << 6U) | (byte & 0x3FU);
    }
    const bool overlong = (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (overlong || surrogate || code_point > 0x10FFFF) return {};
    return {code_point, length};
}

bool is_printable(std::uint32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7E) || c == 0x85 ||
           (c >= 0xA0 && c != 0xFEFF && c != 0xFFFE && c != 0xFFFF);
}

std::size_t width(std::uint32_t code_point) {
    return within(code_point, kCombining) ? 0 : within(code_point, kWide) ? 2 : 1;
}

bool is_text(std::string_view text) {
    while (!text.empty()) {
        const Character character = first_character(text);
        if (character.length == 0 || !is_printable(character.code_point)) return false;
        text.remove_prefix(character.length);
    }
    return true;
}

std::string showable(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const Character character = first_character(text);
        const std::string_view bytes = text.substr(0, std::max<std::size_t>(1, character.length));
        if (character.code_point == '\n' || character.code_point == '\r') {
            shown += ' ';
        } else {
            shown += character.length > 0 && is_printable(character.code_point) ? bytes : kReplacement;
        }
        text.remove_prefix(bytes.size());
    }
    return shown;
}

std::string showable_lines(std::string_view text) {
    std::string shown;
    for (;;) {
        const std::size_t end = text.find('\n');
        shown += showable(text.substr(0, end));
        if (end == std::string_view::npos) return shown;
        shown += '\n';
        text.remove_prefix(end + 1);
    }
}

}  // namespace sluice
