#include "config/source_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/characters.hpp"
#include "utils/hex.hpp"

namespace sluice {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string encode(std::uint32_t c) {  // beyond U+FFFF only
    return {static_cast<char>(0xF0U | (c >> 18U)), static_cast<char>(0x80U | ((c >> 12U) & 0x3FU)),
            static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)), static_cast<char>(0x80U | (c & 0x3FU))};
}

// "\ud83d" as its number, nothing for other text.
std::optional<std::uint32_t> escaped_unit(std::string_view text) {
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
    std::uint32_t unit = 0;
    for (const char c : text.substr(2, 4)) {
        const int digit = hex_digit(c);
        if (digit < 0) return std::nullopt;
        unit = unit * 16 + static_cast<std::uint32_t>(digit);
    }
    return unit;
}

std::optional<std::uint32_t> escaped_pair(std::string_view text) {
    const auto high = escaped_unit(text);
    if (!high || *high < 0xD800 || *high > 0xDBFF) return std::nullopt;
    const auto low = escaped_unit(text.substr(6));
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
    return 0x10000 + ((*high - 0xD800) << 10U) + (*low - 0xDC00);
}

constexpr std::size_t kPairLength = 12;  // of "\ud83d\ude00"
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

std::optional<SourceText> SourceText::check(std::string file, std::string bytes, bool json, Diagnostics& diagnostics) {
    if (bytes.starts_with(kByteOrderMark)) bytes.erase(0, kByteOrderMark.size());
    SourceText source;
    source.file_ = std::make_shared<const std::string>(file);
    source.text_ = std::move(bytes);
    source.json_ = json;
    source.line_starts_.push_back(0);
    diagnostics.remember_text(std::move(file), source.text_);
    std::size_t index = 0;
    const std::string_view text = source.text_;
    for (std::size_t offset = 0; offset < text.size(); ++index) {
        const Character character = first_character(text.substr(offset));
        const auto fault = [&](std::string message, std::string hint) {
            const Tree::Place place = source.place(index);
            diagnostics.add({*source.file_, place.line, place.column}, std::move(message), {}, std::move(hint));
        };
        if (character.length == 0) {
            fault(fmt::format("byte 0x{:02x} is not valid UTF-8", static_cast<unsigned char>(text[offset])),
                  "a config is UTF-8 text: save the file with that encoding");
            return std::nullopt;
        }
        if (!is_printable(character.code_point)) {
            fault(fmt::format("control character U+{:04X}", character.code_point),
                  fmt::format("remove it, or write it as \"\\u{:04x}\" in double quotes", character.code_point));
            return std::nullopt;
        }
        offset += character.length;
        if (character.code_point == '\n') source.line_starts_.push_back(index + 1);
    }
    if (json) source.decode_surrogate_pairs();
    return source;
}

void SourceText::decode_surrogate_pairs() {
    std::string decoded;
    std::size_t character = 0;  // of `decoded`
    bool in_string = false;
    for (std::size_t offset = 0; offset < text_.size();) {
        const std::string_view rest = std::string_view(text_).substr(offset);
        if (rest.front() == '"') in_string = !in_string;
        const bool escape = in_string && rest.front() == '\\';
        if (const auto pair = escape ? escaped_pair(rest) : std::nullopt) {
            decoded += encode(*pair);
            decoded_pairs_.push_back(character++);
            offset += kPairLength;
            continue;
        }
        const std::size_t length = std::min<std::size_t>(escape ? 2 : 1, rest.size());
        for (const char byte : rest.substr(0, length)) character += is_continuation(byte) ? 0U : 1U;
        decoded += rest.substr(0, length);
        offset += length;
    }
    text_ = std::move(decoded);
}

Tree::Place SourceText::place(std::size_t character) const {
    const auto pairs_before = std::ranges::lower_bound(decoded_pairs_, character) - decoded_pairs_.begin();
    const std::size_t original = character + static_cast<std::size_t>(pairs_before) * (kPairLength - 1);
    const auto line = std::ranges::upper_bound(line_starts_, original) - line_starts_.begin();  // from 1
    const std::size_t start = line_starts_[static_cast<std::size_t>(line - 1)];
    return {file_, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(original - start + 1)};
}

std::string_view SourceText::from(std::size_t character) const noexcept {
    std::size_t offset = 0;
    for (; offset < text_.size(); ++offset) {
        if (is_continuation(text_[offset])) continue;
        if (character-- == 0) break;
    }
    return std::string_view(text_).substr(offset);
}

}  // namespace sluice
