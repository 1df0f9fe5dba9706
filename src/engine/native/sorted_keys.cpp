// Keys of one column mostly begin alike ("user_0001234"). So the longest common prefix is skipped, and of the eight
// bytes after it, as one integer, only the bits that differ anywhere are kept: for digits, four of each eight. Sorting
// by them is an LSD radix sort, which costs a pass for each eleven bits. Where these bytes do not decide, what stands
// side by side is sorted by the whole keys. Counts are sorted by their bytes, least first, which keeps equal ones in
// place.
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

using KeyOf = std::function<std::string_view(std::uint32_t)>;

// A number to be sorted, and what it is sorted by.
struct SortedNumber {
    std::uint64_t word = 0;
    std::uint32_t number = 0;
};

std::size_t parts_of(std::size_t count, int threads) {
    return count < kFewKeys ? 1 : static_cast<std::size_t>(std::max(threads, 1));
}

// How many bytes the keys have in common from their first on, of those that `size` says.
std::size_t common_prefix(std::string_view a, std::string_view b, std::size_t size) {
    size = std::min(size, b.size());
    if (std::memcmp(a.data(), b.data(), size) == 0) return size;
    return static_cast<std::size_t>(
        std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(size), b.begin()).first - a.begin());
}

// The bytes after the prefix, the first highest.
std::uint64_t word_after(std::string_view key, std::size_t prefix) {
    std::uint64_t word = 0;
    std::memcpy(&word, key.data() + prefix, std::min(sizeof word, key.size() - prefix));
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
    return word;
}

// Moves the bits of a mask together, in their order, to the low end.
class BitGather {
public:
    explicit BitGather(std::uint64_t mask) {
        while (mask != 0) {
            const int skipped = std::countr_zero(mask);
            const int size = std::countr_one(mask >> skipped);
            runs_[count_++] = {skipped - bits_, (size == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1)
                                                    << bits_};
            bits_ += size;
            mask = skipped + size == 64 ? 0 : mask >> (skipped + size) << (skipped + size);
        }
    }
    [[nodiscard]] std::uint64_t operator()(std::uint64_t word) const noexcept {
        std::uint64_t gathered = 0;
        for (std::size_t run = 0; run < count_; ++run) gathered |= word >> runs_[run].shift & runs_[run].mask;
        return gathered;
    }
    [[nodiscard]] unsigned bits() const noexcept { return static_cast<unsigned>(bits_); }

private:
    struct Run {
        int shift = 0;
        std::uint64_t mask = 0;
    };
    std::array<Run, 32> runs_;
    std::size_t count_ = 0;
    int bits_ = 0;
};

// Sorts by one digit of the words, each thread a stretch: equal digits stay as they are.
void sort_by_digit(std::span<const SortedNumber> from, std::span<SortedNumber> to, unsigned shift, std::size_t parts) {
    const auto digit = [shift](const SortedNumber& key) { return key.word >> shift & (kDigits - 1); };
    std::vector<std::array<std::uint32_t, kDigits>> begins(parts);
    const auto each_part = [&](const auto& body) {
        for_each_index(static_cast<int>(parts), parts, [&](std::size_t part) {
            const Stretch own = stretch(from.size(), part, parts);
            for (const SortedNumber& key : from.subspan(own.begin, own.end - own.begin)) body(begins[part], key);
        });
    };
    each_part([&](auto& counts, const SortedNumber& key) { ++counts[digit(key)]; });
    std::uint32_t begin = 0;
    for (std::size_t value = 0; value < kDigits; ++value) {
        for (auto& counts : begins) begin += std::exchange(counts[value], begin);
    }
    each_part([&](auto& next, const SortedNumber& key) { to[next[digit(key)]++] = key; });
}

// Sorts by the lowest `bits` bits of the words; equal ones stay as they are.
void sort_by_words(std::vector<SortedNumber>& sorted, unsigned bits, std::size_t parts) {
    std::vector<SortedNumber> moved(sorted.size());
    for (unsigned shift = 0; shift < bits; shift += kDigitBits) {
        sort_by_digit(sorted, moved, shift, parts);
        sorted.swap(moved);
    }
}

// Sorts by the whole keys where the words are equal. Each thread takes the runs that begin in its stretch.
void sort_within_words(std::span<SortedNumber> sorted, const KeyOf& key_of, std::size_t parts) {
    // Found before anything moves.
    std::vector<std::size_t> begins(parts + 1, sorted.size());
    for (std::size_t part = 0; part < parts; ++part) {
        std::size_t begin = stretch(sorted.size(), part, parts).begin;
        while (begin > 0 && begin < sorted.size() && sorted[begin].word == sorted[begin - 1].word) ++begin;
        begins[part] = begin;
    }
    for_each_index(static_cast<int>(parts), parts, [&](std::size_t part) {
        for (std::size_t begin = begins[part]; begin < begins[part + 1];) {
            std::size_t end = begin + 1;
            while (end < sorted.size() && sorted[end].word == sorted[begin].word) ++end;
            if (end - begin > 1) {
                std::sort(
                    sorted.begin() + static_cast<std::ptrdiff_t>(begin),
                    sorted.begin() + static_cast<std::ptrdiff_t>(end),
                    [&](const SortedNumber& a, const SortedNumber& b) { return key_of(a.number) < key_of(b.number); });
            }
            begin = end;
        }
    });
}

// The numbers that have a key, with the words of the keys after their common prefix.
class WordsOfKeys {
public:
    WordsOfKeys(std::uint32_t end, const KeyOf& key_of, std::size_t parts) : own_(parts) {
        std::uint32_t number = 0;
        while (number < end && key_of(number).empty()) ++number;
        if (number == end) return;
        const std::string_view first = key_of(number);
        for_each_part([&](Own& own, std::size_t part) {
            own.prefix = first.size();
            const Stretch numbers = stretch(end, part, parts);
            for (std::size_t index = numbers.begin; index < numbers.end; ++index) {
                const auto candidate = static_cast<std::uint32_t>(index);
                const std::string_view key = key_of(candidate);
                if (key.empty()) continue;
                own.prefix = common_prefix(first, key, own.prefix);
                own.numbers.push_back({0, candidate});
            }
        });
        std::size_t prefix = first.size();
        for (const Own& own : own_) prefix = std::min(prefix, own.prefix);
        const std::uint64_t word = word_after(first, prefix);
        for_each_part([&](Own& own, std::size_t) {
            for (SortedNumber& each : own.numbers) {
                each.word = word_after(key_of(each.number), prefix);
                own.differing |= each.word ^ word;
            }
        });
    }

    // The bits in which words differ, moved together.
    [[nodiscard]] BitGather gather() const {
        std::uint64_t mask = 0;
        for (const Own& own : own_) mask |= own.differing;
        return BitGather(mask);
    }
    // All of them, with those bits alone. Once.
    [[nodiscard]] std::vector<SortedNumber> take(const BitGather& gather) {
        std::size_t count = 0;
        for (Own& own : own_) {
            own.begin = count;
            count += own.numbers.size();
        }
        std::vector<SortedNumber> all(count);
        for_each_part([&](Own& own, std::size_t) {
            std::transform(own.numbers.begin(), own.numbers.end(), all.begin() + static_cast<std::ptrdiff_t>(own.begin),
                           [&](const SortedNumber& each) {
                               return SortedNumber{gather(each.word), each.number};
                           });
            own.numbers = std::vector<SortedNumber>();
        });
        return all;
    }

private:
    // A thread's share.
    struct alignas(64) Own {
        std::vector<SortedNumber> numbers;
        std::size_t prefix = 0;
        std::uint64_t differing = 0;
        std::size_t begin = 0;
    };

    template <typename Body>
    void for_each_part(const Body& body) {
        for_each_index(static_cast<int>(own_.size()), own_.size(), [&](std::size_t part) { body(own_[part], part); });
    }

    std::vector<Own> own_;
};

}  // namespace

std::vector<std::uint32_t> sort_keys(std::uint32_t end, const KeyOf& key_of, int threads) {
    const std::size_t parts = parts_of(end, threads);
    WordsOfKeys words(end, key_of, parts);
    const BitGather gather = words.gather();
    std::vector<SortedNumber> sorted = words.take(gather);
    sort_by_words(sorted, gather.bits(), parts);
    sort_within_words(sorted, key_of, parts);
    std::vector<std::uint32_t> numbers(sorted.size());
    std::transform(sorted.begin(), sorted.end(), numbers.begin(), [](const SortedNumber& each) { return each.number; });
    return numbers;
}

void sort_by_count(std::vector<std::uint32_t>& positions, std::span<const std::uint64_t> counts, int threads) {
    const std::size_t parts = parts_of(positions.size(), threads);
    const auto each_part = [&](const auto& body) {
        for_each_index(threads, parts, [&](std::size_t part) { body(part, stretch(positions.size(), part, parts)); });
    };
    std::vector<SortedNumber> sorted(positions.size());
    std::vector<std::uint64_t> most_of_part(parts);
    each_part([&](std::size_t part, Stretch own) {
        std::uint64_t most = 0;
        for (std::size_t index = own.begin; index < own.end; ++index) {
            sorted[index] = {counts[positions[index]], positions[index]};
            most = std::max(most, sorted[index].word);
        }
        most_of_part[part] = most;
    });
    const std::uint64_t most = *std::max_element(most_of_part.begin(), most_of_part.end());
    each_part([&](std::size_t, Stretch own) {
        for (std::size_t index = own.begin; index < own.end; ++index) sorted[index].word = most - sorted[index].word;
    });
    sort_by_words(sorted, static_cast<unsigned>(std::bit_width(most)), parts);
    each_part([&](std::size_t, Stretch own) {
        for (std::size_t index = own.begin; index < own.end; ++index) positions[index] = sorted[index].number;
    });
}

}  // namespace sluice
