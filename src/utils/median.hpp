// The middle of some values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sluice {

// Of an even number of values, halfway between the two in the middle. There is at least one.
template <typename Value>
[[nodiscard]] Value median(std::vector<Value> values) {
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace sluice
