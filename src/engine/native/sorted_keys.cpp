// Keys of one column mostly begin alike ("user_0001234"). So the longest common prefix is skipped, and the eight bytes
// after it, as one integer, decide nearly every comparison without touching the key. Each thread sorts a stretch;
// stretches are merged in pairs. Counts are sorted by their bytes, least first (LSD radix sort), which keeps equal ones
// in place.
#include "engine/native/sorted_keys.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "utils/parallel.hpp"

namespace sluice {
namespace {

constexpr std::size_t kFewKeys = 8192;  // not worth a second thread
constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

struct SortedKey {
    std::uint64_t word = 0;  // the bytes after the common prefix, the first highest
    std::uint32_t position = 0;
};

std::size_t common_prefix(std::span<const std::string_view> keys) {
    const std::string_view first = keys.front();
    std::size_t size = first.size();
    for (const std::string_view key : keys) {
        size = std::min(size, key.size());
        if (std::memcmp(first.data(), key.data(), size) == 0) continue;
        size = static_cast<std::size_t>(
            std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(size), key.begin()).first -
            first.begin());
    }
    return size;
}

std::uint64_t word_after(std::string_view key, std::size_t prefix) {
    std::uint64_t word = 0;
    std::memcpy(&word, key.data() + prefix, std::min(sizeof word, key.size() - prefix));
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
    return word;
}

}  // namespace

std::vector<std::uint32_t> sort_keys(std::span<const std::string_view> keys, int threads) {
    if (keys.size() <= 1) return {};
    const std::size_t count = keys.size() - 1;
    const std::size_t prefix = common_prefix(keys.subspan(1));
    std::vector<SortedKey> sorted(count);
    const auto less = [&](const SortedKey& a, const SortedKey& b) {
        return a.word != b.word ? a.word < b.word : keys[a.position] < keys[b.position];
    };
    const std::size_t parts = count < kFewKeys ? 1 : std::bit_ceil(static_cast<std::size_t>(std::max(threads, 1)));
    const auto begin_of = [&](std::size_t part) {
        return sorted.begin() + static_cast<std::ptrdiff_t>(part == parts ? count : stretch(count, part, parts).begin);
    };
    for_each_index(threads, parts, [&](std::size_t part) {
        const Stretch own = stretch(count, part, parts);
        for (std::size_t index = own.begin; index < own.end; ++index) {
            sorted[index] = {word_after(keys[index + 1], prefix), static_cast<std::uint32_t>(index + 1)};
        }
        std::sort(begin_of(part), begin_of(part + 1), less);
    });
    for (std::size_t width = 1; width < parts; width *= 2) {
        for_each_index(threads, parts / (2 * width), [&](std::size_t pair) {
            const std::size_t part = pair * 2 * width;
            std::inplace_merge(begin_of(part), begin_of(part + width), begin_of(part + 2 * width), less);
        });
    }
    std::vector<std::uint32_t> positions(count);
    std::transform(sorted.begin(), sorted.end(), positions.begin(), [](const SortedKey& key) { return key.position; });
    return positions;
}

void sort_by_count(std::vector<std::uint32_t>& positions, std::span<const std::uint64_t> counts) {
    if (positions.size() < 2) return;
    std::uint64_t most = 0;
    for (const std::uint32_t position : positions) most = std::max(most, counts[position]);
    std::vector<std::uint32_t> moved(positions.size());
    for (unsigned shift = 0; shift < 64 && (most >> shift) != 0; shift += kDigitBits) {
        const auto digit = [&](std::uint32_t position) { return counts[position] >> shift & (kDigits - 1); };
        std::array<std::size_t, kDigits> begins{};
        for (const std::uint32_t position : positions) ++begins[digit(position)];
        std::size_t begin = 0;
        for (std::size_t value = kDigits; value-- > 0;) begin += std::exchange(begins[value], begin);
        for (const std::uint32_t position : positions) moved[begins[digit(position)]++] = position;
        positions.swap(moved);
    }
}

}  // namespace sluice
