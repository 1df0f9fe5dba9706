// Strict checks of single JSON values (RFC 8259), for the reader's inner loop. Each reads from the value's first byte
// and may look at the bytes behind it: StructuralIndex::kPadding readable bytes follow every block.
#pragma once

#include <cstring>

#include "formats/scan/json_number.hpp"

namespace sluice::formats::jsonl {

[[nodiscard]] inline bool is_white_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Just behind true, false or null at `at`, or nullptr.
[[nodiscard]] inline const char* literal_end(const char* at) noexcept {
    if (std::memcmp(at, "true", 4) == 0 || std::memcmp(at, "null", 4) == 0) return at + 4;
    return std::memcmp(at, "false", 5) == 0 ? at + 5 : nullptr;
}

// Just behind the escape whose backslash is at `at`, or nullptr: unknown letter, bad hex digits, half a surrogate pair.
// The text must be closed, so that the bytes looked at end at its quote.
[[nodiscard]] const char* escape_end(const char* at) noexcept;

}  // namespace sluice::formats::jsonl
