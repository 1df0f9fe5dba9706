// Frequent items after Misra and Gries ("Finding repeated elements", 1982) with the rare keys dropped many at a time,
// as Anderson et al. do ("A high-performance algorithm for identifying frequent items in data streams", 2017): when the
// table is full, the median count is taken from every key, and keys with nothing left are dropped. A count is then too
// low by at most the sum of what was taken.
#include "quality/value_counts.hpp"

#include <algorithm>

namespace sluice {

void ValueCounts::add(std::string_view key) {
    // One look-up for the key that is there, which is what most are.
    const auto [place, is_new] = counts_.try_emplace(std::string(key), 0);
    ++place->second;
    if (!is_new) return;
    bytes_ += key.size();
    while (counts_.size() > 1 && (counts_.size() > kMostKeys || bytes_ > kMostBytes)) drop_rare();
}

void ValueCounts::drop_rare() {
    std::vector<std::uint64_t> counts;
    counts.reserve(counts_.size());
    for (const auto& [key, count] : counts_) counts.push_back(count);
    const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
    std::ranges::nth_element(counts, middle);
    const std::uint64_t taken = *middle;
    missed_ += taken;
    for (auto place = counts_.begin(); place != counts_.end();) {
        if (place->second > taken) {
            place->second -= taken;
            ++place;
        } else {
            bytes_ -= place->first.size();
            place = counts_.erase(place);
        }
    }
}

std::vector<ValueCounts::Count> ValueCounts::top(std::size_t most) const {
    std::vector<Count> counts;
    for (const auto& [key, count] : counts_)
        if (count > missed_ || exact()) counts.push_back({key, count, count + missed_});
    const auto order = [](const Count& left, const Count& right) {
        return left.at_least != right.at_least ? left.at_least > right.at_least : left.key < right.key;
    };
    const std::size_t kept = std::min(most, counts.size());
    std::ranges::partial_sort(counts, counts.begin() + static_cast<std::ptrdiff_t>(kept), order);
    counts.resize(kept);
    return counts;
}

}  // namespace sluice
