// Keeps the k smallest hashes of the keys (Bar-Yossef et al., "Counting distinct elements in a data stream", 2002, with
// the unbiased estimate (k - 1) / h_k of Beyer et al., "On synopses for distinct-value estimation under multiset
// operations", 2007). The hashes are those of a random sample of the distinct keys, and two sketches sample the same
// keys, so the share that they have in common tells the overlap of the sets; HyperLogLog could not.
#include "quality/key_sketch.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace sluice {

namespace {

// The finisher of MurmurHash3: every bit of the hash must be as good as any other.
std::uint64_t mixed(std::uint64_t hash) noexcept {
    hash ^= hash >> 33U;
    hash *= 0xff51afd7ed558ccdULL;
    hash ^= hash >> 33U;
    hash *= 0xc4ceb9fe1a85ec53ULL;
    return hash ^ hash >> 33U;
}

}  // namespace

void KeySketch::add(std::string_view key) {
    const std::uint64_t hash = mixed(std::hash<std::string_view>{}(key));
    if (hash >= beyond_) return;
    hashes_.push_back(hash);
    if (hashes_.size() >= 2 * kKept) settle();
}

void KeySketch::settle() const {
    std::ranges::sort(hashes_);
    hashes_.erase(std::ranges::unique(hashes_).begin(), hashes_.end());
    if (hashes_.size() <= kKept) return;
    hashes_.resize(kKept);
    beyond_ = hashes_.back();
}

std::uint64_t KeySketch::distinct() const {
    settle();
    if (beyond_ == UINT64_MAX) return hashes_.size();
    const double share = static_cast<double>(hashes_.back()) / 0x1p64;
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(kKept - 1) / share));
}

double KeySketch::overlap(const KeySketch& smaller, const KeySketch& larger) {
    smaller.settle();
    larger.settle();
    // Below this bound both have the hashes of all their keys.
    const std::uint64_t bound = std::min(smaller.beyond_, larger.beyond_);
    std::size_t seen = 0;
    std::size_t common = 0;
    for (const std::uint64_t hash : smaller.hashes_) {
        if (hash >= bound) break;
        ++seen;
        if (std::ranges::binary_search(larger.hashes_, hash)) ++common;
    }
    return seen == 0 ? 0 : static_cast<double>(common) / static_cast<double>(seen);
}

}  // namespace sluice
