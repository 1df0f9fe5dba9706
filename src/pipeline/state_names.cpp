#include "pipeline/state_names.hpp"

#include <fmt/format.h>

#include "utils/crc64nvme.hpp"

namespace sluice {

std::string state_name(std::string_view text) {
    constexpr std::size_t kLongest = 120;
    std::string name;
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        const bool plain = value > 0x20 && value != 0x7F && byte != '/' && byte != '\\' && byte != '%' &&
                           (byte != '.' || !name.empty());
        name += plain ? std::string(1, byte) : fmt::format("%{:02X}", value);
    }
    if (name.size() <= kLongest) return name;
    // A % that no two digits follow is in no name that was not cut.
    return name.substr(0, 20) + "%-" + crc64nvme_text(crc64nvme(text));
}

}  // namespace sluice
