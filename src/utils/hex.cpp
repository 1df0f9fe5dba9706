#include "utils/hex.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sluice {

std::string hex_text(std::span<const unsigned char> bytes) {
    std::string text;
    for (const unsigned char byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    return text;
}

}  // namespace sluice
