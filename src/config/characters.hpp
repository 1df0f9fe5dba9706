// The characters of UTF-8 text: reading them, and making text safe to show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

struct Character {
    std::uint32_t code_point = 0;
    std::size_t length = 0;  // in bytes; 0: not UTF-8
};

// The first character of a text that is not empty: no overlong forms, no surrogates, at most U+10FFFF.
[[nodiscard]] Character first_character(std::string_view text);
// What a YAML text may hold: YAML 1.2, production c-printable, without a byte order mark.
[[nodiscard]] bool is_printable(std::uint32_t code_point);
// How many columns of a terminal it takes: 0, 1 or 2; of the scripts and signs that people use most.
[[nodiscard]] std::size_t width(std::uint32_t code_point);
// Whether it is UTF-8 without control characters but tabs and line ends.
[[nodiscard]] bool is_text(std::string_view text);
// Bytes that are no UTF-8 and control characters become U+FFFD; tabs stay, line ends become spaces.
[[nodiscard]] std::string showable(std::string_view text);
// The same with its line ends kept.
[[nodiscard]] std::string showable_lines(std::string_view text);

}  // namespace sluice
