#include "rows/excerpt.hpp"

#include <cstddef>

namespace sluice {

std::string excerpt(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    if (text.size() <= kLongest) return std::string(text);
    const auto continues_character = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
    std::size_t end = kLongest;
    while (end > 0 && continues_character(text[end])) --end;
    return std::string(text.substr(0, end)) + "...";
}

}  // namespace sluice
