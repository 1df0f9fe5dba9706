#include "utils/percent.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sluice {

std::string percent_encoded(std::string_view text, std::string_view kept) {
    std::string encoded;
    for (const char byte : text) {
        const bool plain =
            (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
            std::string_view("-._~").find(byte) != std::string_view::npos || kept.find(byte) != std::string_view::npos;
        if (plain)
            encoded += byte;
        else
            fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(byte));
    }
    return encoded;
}

}  // namespace sluice
