// The text at a fault, for messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::formats {

struct Excerpt {
    std::string text;
    std::size_t caret = 0;  // the byte of `text` that stands for the one at the offset, or its size
};

// The bytes around `offset`, on one line and printable: control bytes and invalid UTF-8 as \xNN, "..." where cut.
[[nodiscard]] Excerpt excerpt_around(std::string_view row, std::size_t offset);

}  // namespace sluice::formats
