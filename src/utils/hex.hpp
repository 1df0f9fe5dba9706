#pragma once

#include <span>
#include <string>

namespace sluice {

// Two hexadecimal digits a byte, in lower case.
[[nodiscard]] std::string hex_text(std::span<const unsigned char> bytes);
// 0 to 15, for a digit in either case; -1 for any other character.
[[nodiscard]] constexpr int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace sluice
