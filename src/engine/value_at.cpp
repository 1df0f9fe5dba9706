#include "engine/value_at.hpp"

#include <algorithm>

#include "rows/excerpt.hpp"

namespace sluice {

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
