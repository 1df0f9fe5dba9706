// Strict checks of single JSON values (RFC 8259), for the reader's inner loop. Each reads from the value's first byte
// and may look at the bytes behind it: StructuralIndex::kPadding readable bytes follow every block.
#pragma once

#include <cstring>

namespace sluice::formats::jsonl {

[[nodiscard]] inline bool is_white_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
[[nodiscard]] inline bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

// Just behind the number at `at`, or nullptr if there is none. What follows is for the caller to judge.
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

// Just behind true, false or null at `at`, or nullptr.
[[nodiscard]] inline const char* literal_end(const char* at) noexcept {
    if (std::memcmp(at, "true", 4) == 0 || std::memcmp(at, "null", 4) == 0) return at + 4;
    return std::memcmp(at, "false", 5) == 0 ? at + 5 : nullptr;
}

// Just behind the escape whose backslash is at `at`, or nullptr: unknown letter, bad hex digits, half a surrogate pair.
// The text must be closed, so that the bytes looked at end at its quote.
[[nodiscard]] const char* escape_end(const char* at) noexcept;

}  // namespace sluice::formats::jsonl
