// One JSON value as it was written: the unit in which values travel from input to output.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

// A missing key and a JSON null are both `null`.
enum class Kind : std::uint8_t { null, false_, true_, number, text, array, object };

// The bytes of a valid JSON value, not owned: whoever hands it out says how long it lives.
// Text includes its quotes and keeps its escapes; `null` may have no bytes at all (a missing key).
// Arrays and objects keep the white space they were written with; layout.hpp normalises it on output.
struct Token {
    const char* data = nullptr;
    std::uint32_t size = 0;
    Kind kind = Kind::null;
    bool escaped = false;  // text only: it has at least one backslash

    [[nodiscard]] std::string_view view() const noexcept { return {data, size}; }
    [[nodiscard]] bool is_null() const noexcept { return kind == Kind::null; }
};

}  // namespace sluice
