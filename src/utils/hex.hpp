#pragma once

#include <span>
#include <string>

namespace sluice {

// Two hexadecimal digits a byte, in lower case.
[[nodiscard]] std::string hex_text(std::span<const unsigned char> bytes);

}  // namespace sluice
