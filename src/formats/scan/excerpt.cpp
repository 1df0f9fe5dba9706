#include "formats/scan/excerpt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "formats/scan/utf8.hpp"

namespace sluice::formats {

namespace {

constexpr std::size_t kContext = 40;  // bytes shown on either side of the fault

void append_printable(std::string_view text, std::string& out) {
    for (std::size_t at = 0; at < text.size();) {
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
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

}  // namespace

std::string excerpt_around(std::string_view line, std::size_t offset) {
    offset = std::min(offset, line.size());
    std::size_t begin = offset > kContext ? offset - kContext : 0;
    std::size_t end = std::min(line.size(), offset + kContext);
    // Not through the middle of a character, if these are characters at all.
    for (int step = 0; step < 3 && begin > 0 && is_continuation(line[begin]); ++step) --begin;
    for (int step = 0; step < 3 && end < line.size() && is_continuation(line[end]); ++step) ++end;
    std::string out = begin > 0 ? "..." : "";
    append_printable(line.substr(begin, end - begin), out);
    if (end < line.size()) out += "...";
    return out;
}

}  // namespace sluice::formats
