// Texts in which the case of the letters A to Z does not count.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace sluice {

[[nodiscard]] inline std::string in_lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

}  // namespace sluice
