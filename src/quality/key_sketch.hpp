// Estimates how many distinct keys there are, and how much two sets of keys have in common, in 32 KiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice {

class KeySketch {
public:
    void add(std::string_view key);

    // Exact below kKept distinct keys; beyond, off by 1.6% on average.
    [[nodiscard]] std::uint64_t distinct() const;
    // The share of `smaller`'s distinct keys that `larger` has as well: 0 to 1.
    [[nodiscard]] static double overlap(const KeySketch& smaller, const KeySketch& larger);

    static constexpr std::size_t kKept = 4096;

private:
    void settle() const;

    // The smallest hashes. New ones are added at the end; settle() sorts them and drops what is too many.
    mutable std::vector<std::uint64_t> hashes_;
    mutable std::uint64_t beyond_ = UINT64_MAX;  // hashes from here on are not kept
};

}  // namespace sluice
