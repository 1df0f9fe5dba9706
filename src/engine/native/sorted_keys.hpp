// Puts keys in order: what makes a report with a million groups slow if done naively.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sluice {

// The positions of `keys` but the first (of no key), by the keys' bytes ascending. The keys are distinct.
[[nodiscard]] std::vector<std::uint32_t> sort_keys(std::span<const std::string_view> keys, int threads);

// Puts `positions` in order of counts[position] descending; equal counts stay as they are.
void sort_by_count(std::vector<std::uint32_t>& positions, std::span<const std::uint64_t> counts);

}  // namespace sluice
