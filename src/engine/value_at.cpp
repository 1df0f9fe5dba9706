#include "engine/value_at.hpp"

#include <algorithm>

namespace sluice {

namespace {

constexpr std::size_t kLongestExcerpt = 60;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string excerpt(std::string_view value) {
    if (value.size() <= kLongestExcerpt) return std::string(value);
    std::size_t end = kLongestExcerpt;
    while (end > 0 && continues_character(value[end])) --end;
    return std::string(value.substr(0, end)) + "...";
}

}  // namespace

std::string value_at(const ScannableSource& source, const std::string& column, Ordinal row) {
    ScanRequest request;
    request.slots = {column};
    const auto scan = source.scan(request);
    const auto reader = scan->reader();
    while (true) {
        const auto block = reader->next();
        if (!block || *block == nullptr) return {};
        const auto& ordinals = (*block)->ordinals;
        const auto found = std::ranges::lower_bound(ordinals, row);
        if (found == ordinals.end()) continue;
        const auto index = static_cast<std::size_t>(found - ordinals.begin());
        return *found == row ? excerpt((*block)->slots[0][index].view()) : std::string();
    }
}

}  // namespace sluice
