// Puts keys in order: what makes a report with a million groups slow if done naively.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace sluice {

// The numbers below `end` that have a key (`key_of` gives "" for those that have none), by the keys' bytes ascending.
// The keys are distinct and stay where they are.
[[nodiscard]] std::vector<std::uint32_t> sort_keys(std::uint32_t end,
                                                   const std::function<std::string_view(std::uint32_t)>& key_of,
                                                   int threads);

// Puts `positions` in order of counts[position] descending; equal counts stay as they are.
void sort_by_count(std::vector<std::uint32_t>& positions, std::span<const std::uint64_t> counts, int threads);

}  // namespace sluice
