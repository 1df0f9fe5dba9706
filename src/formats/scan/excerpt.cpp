#include "formats/scan/excerpt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "formats/scan/utf8.hpp"

namespace sluice::formats {

namespace {

constexpr std::size_t kContext = 40;  // bytes shown on either side of the fault

// `target` is a byte of `text`, or its end.
void append_printable(std::string_view text, std::size_t target, Excerpt& excerpt) {
    std::string& out = excerpt.text;
    for (std::size_t at = 0; at < text.size();) {
        if (at <= target) excerpt.caret = out.size();
        const auto byte = static_cast<unsigned char>(text[at]);
        const std::size_t length = utf8_length(text.substr(at));
        if (length == 0 || byte < 0x20 || byte == 0x7F) {
            out += fmt::format("\\x{:02X}", byte);
            ++at;
        } else {
            out += text.substr(at, length);
            at += length;
        }
    }
    if (target == text.size()) excerpt.caret = out.size();
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

}  // namespace

Excerpt excerpt_around(std::string_view line, std::size_t offset) {
    offset = std::min(offset, line.size());
    std::size_t begin = offset > kContext ? offset - kContext : 0;
    std::size_t end = std::min(line.size(), offset + kContext);
    // Not through the middle of a character, if these are characters at all.
    for (int step = 0; step < 3 && begin > 0 && is_continuation(line[begin]); ++step) --begin;
    for (int step = 0; step < 3 && end < line.size() && is_continuation(line[end]); ++step) ++end;
    Excerpt excerpt{.text = begin > 0 ? "..." : "", .caret = 0};
    append_printable(line.substr(begin, end - begin), offset - begin, excerpt);
    if (end < line.size()) excerpt.text += "...";
    return excerpt;
}

}  // namespace sluice::formats
