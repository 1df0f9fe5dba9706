// What a JSON number is (RFC 8259), for the inner loops of readers.
#pragma once

#include <string>

namespace sluice::formats {

[[nodiscard]] inline bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

// Just behind the number at `at`, or nullptr if there is none. What follows is for the caller to judge; one byte that
// is part of no number must follow.
[[nodiscard]] inline const char* number_end(const char* at) noexcept {
    if (*at == '-') ++at;
    if (*at == '0') {
        ++at;
    } else {
        if (!is_digit(*at)) return nullptr;
        while (is_digit(*at)) ++at;
    }
    if (*at == '.') {
        ++at;
        if (!is_digit(*at)) return nullptr;
        while (is_digit(*at)) ++at;
    }
    if (*at == 'e' || *at == 'E') {
        ++at;
        if (*at == '+' || *at == '-') ++at;
        if (!is_digit(*at)) return nullptr;
        while (is_digit(*at)) ++at;
    }
    return at;
}

// Whether all of `text` is one.
[[nodiscard]] inline bool is_number(const std::string& text) noexcept {
    return number_end(text.c_str()) == text.c_str() + text.size();
}

}  // namespace sluice::formats
