#include "utils/byte_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice {
namespace {

constexpr std::uint64_t kSeed = 0xa0761d6478bd642fULL;
constexpr std::uint64_t kFold = 0xe7037ed1a0b428dbULL;
constexpr std::size_t kFirstSlots = 64;
constexpr std::size_t kSlotsInCache = std::size_t{1} << 14U;
constexpr std::size_t kAhead = 32;
constexpr std::size_t kFirstChunk = 4096;
constexpr std::size_t kLargestChunk = std::size_t{1} << 20U;

__extension__ using Wide = unsigned __int128;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

template <typename Word>
std::uint64_t read(const char* data) noexcept {
    Word word;
    std::memcpy(&word, data, sizeof word);
    return word;
}

}  // namespace

std::uint64_t hash_bytes(std::string_view bytes) noexcept {
    const char* data = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t state = kSeed ^ left;
    while (left > 16) {
        state = fold(read<std::uint64_t>(data) ^ kFold, read<std::uint64_t>(data + 8) ^ state);
        data += 16;
        left -= 16;
    }
    // The last 0 to 16 bytes as two words, which overlap where there are fewer.
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    if (left >= 8) {
        low = read<std::uint64_t>(data);
        high = read<std::uint64_t>(data + left - 8);
    } else if (left >= 4) {
        low = read<std::uint32_t>(data);
        high = read<std::uint32_t>(data + left - 4);
    } else if (left > 0) {
        low = static_cast<unsigned char>(data[0]);
        high = static_cast<std::uint64_t>(static_cast<unsigned char>(data[left / 2])) << 8U |
               static_cast<unsigned char>(data[left - 1]);
    }
    return fold(low ^ kFold, high ^ state);
}

char* ByteArena::make(std::size_t size) {
    if (chunks_.empty() || chunk_size_ - used_ < size) {
        const std::size_t next = std::clamp(chunk_size_ * 2, kFirstChunk, kLargestChunk);
        chunk_size_ = std::max(next, size);
        chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_size_));
        used_ = 0;
    }
    return chunks_.back().get() + std::exchange(used_, used_ + size);
}

const char* ByteArena::copy(std::string_view bytes) {
    char* place = make(bytes.size());
    if (!bytes.empty()) std::memcpy(place, bytes.data(), bytes.size());
    return place;
}

ByteTable::ByteTable(Keeps keeps) : keeps_(keeps), slots_(kFirstSlots), mask_(kFirstSlots - 1) {}

void ByteTable::add_all(std::span<const std::string_view> strings, std::span<std::uint32_t> numbers) {
    if (slots_.size() < kSlotsInCache) {
        for (std::size_t index = 0; index < strings.size(); ++index) {
            numbers[index] = strings[index].empty() ? 0 : add(strings[index]);
        }
        return;
    }
    // A large table costs three cache misses a string: its slot, where its bytes stand, the bytes. Each is asked for in
    // a pass of its own, so that those of many strings are under way at once.
    std::array<std::uint64_t, kAhead> hashes;
    while (!strings.empty()) {
        const std::size_t count = std::min(strings.size(), kAhead);
        for (std::size_t index = 0; index < count; ++index) {
            hashes[index] = hash_bytes(strings[index]);
            __builtin_prefetch(&slots_[static_cast<std::uint32_t>(hashes[index]) & mask_]);
        }
        for (std::size_t index = 0; index < count; ++index) {
            const Slot slot = slots_[static_cast<std::uint32_t>(hashes[index]) & mask_];
            if (slot.number != 0) __builtin_prefetch(&strings_[slot.number - 1]);
        }
        for (std::size_t index = 0; index < count; ++index) {
            const Slot slot = slots_[static_cast<std::uint32_t>(hashes[index]) & mask_];
            if (slot.number != 0) __builtin_prefetch(strings_[slot.number - 1].data());
        }
        for (std::size_t index = 0; index < count; ++index) {
            numbers[index] = strings[index].empty() ? 0 : add(strings[index], hashes[index]);
        }
        strings = strings.subspan(count);
        numbers = numbers.subspan(count);
    }
}

std::uint32_t ByteTable::insert(std::string_view bytes, std::uint32_t tag) {
    if (strings_.size() * 2 >= slots_.size()) grow();
    strings_.emplace_back(keeps_ == Keeps::copies ? arena_.copy(bytes) : bytes.data(), bytes.size());
    std::size_t index = tag & mask_;
    while (slots_[index].number != 0) index = (index + 1) & mask_;
    slots_[index] = {tag, size()};
    return size();
}

void ByteTable::grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const Slot slot : old) {
        if (slot.number == 0) continue;
        std::size_t index = slot.tag & mask_;
        while (slots_[index].number != 0) index = (index + 1) & mask_;
        slots_[index] = slot;
    }
}

}  // namespace sluice
