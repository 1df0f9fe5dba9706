#include "formats/partition_folders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice {

void append_partition_text(std::string_view text, std::string& out) {
    constexpr std::string_view kEscaped = "\"#%'*/:=?\\{[]^\x7F";
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < 0x20 || kEscaped.find(letter) != std::string_view::npos)
            fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
        else
            out.push_back(letter);
    }
}

std::string file_in_partition(std::string_view file, std::string_view partition) {
    const std::size_t slash = file.rfind('/');
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    return fmt::format("{}{}/{}", file.substr(0, begin), partition, file.substr(begin));
}

}  // namespace sluice
