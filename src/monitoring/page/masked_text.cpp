#include "monitoring/page/masked_text.hpp"

namespace sluice {

std::string masked_text(std::string_view text) {
    std::string masked;
    masked.reserve(text.size());
    for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        const bool continues = (code & 0xC0U) == 0x80U;
        if (continues) continue;
        const bool is_letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code >= 0x80;
        const bool is_digit = code >= '0' && code <= '9';
        masked += is_letter ? 'x' : is_digit ? '0' : byte;
    }
    return masked;
}

}  // namespace sluice
