// Gives every distinct byte string a small number. Open addressing with linear probing. Not thread-safe: each thread
// has its own.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace sluice {

// After wyhash (Wang Yi, public domain): multiply to 128 bits and fold. Good enough for tables; not for adversaries who
// choose keys to collide, whose reward is a slower report of their own.
[[nodiscard]] std::uint64_t hash_bytes(std::string_view bytes) noexcept;

// Bytes in places that never move.
class ByteArena {
public:
    [[nodiscard]] const char* copy(std::string_view bytes);
    [[nodiscard]] char* make(std::size_t size);

private:
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t chunk_size_ = 0;
    std::size_t used_ = 0;
};

class ByteTable {
public:
    // Whether the table keeps copies, or the strings stay where the caller has them and outlive it.
    enum class Keeps { copies, references };

    explicit ByteTable(Keeps keeps = Keeps::copies);

    // The number of `bytes`, from 1 in order of arrival. A new string gets the next number.
    [[nodiscard]] std::uint32_t add(std::string_view bytes) { return add(bytes, hash_bytes(bytes)); }
    [[nodiscard]] std::uint32_t add(std::string_view bytes, std::uint64_t hash) {
        const auto tag = static_cast<std::uint32_t>(hash);
        for (std::size_t index = tag & mask_;; index = (index + 1) & mask_) {
            const Slot slot = slots_[index];
            if (slot.number == 0) return insert(bytes, tag);
            if (slot.tag == tag && same(strings_[slot.number - 1], bytes)) return slot.number;
        }
    }
    // The same for many, of which the memory that they need is fetched ahead. Empty strings get 0.
    void add_all(std::span<const std::string_view> strings, std::span<std::uint32_t> numbers);

    // How many strings it holds: the numbers are 1 to size().
    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(strings_.size()); }
    [[nodiscard]] std::string_view operator[](std::uint32_t number) const { return strings_[number - 1]; }
    // All strings by number - 1.
    [[nodiscard]] const std::vector<std::string_view>& strings() const noexcept { return strings_; }

private:
    struct Slot {
        std::uint32_t tag = 0;
        std::uint32_t number = 0;  // 0: free
    };

    static bool same(std::string_view a, std::string_view b) noexcept {
        if (a.size() != b.size()) return false;
        if (a.size() < 8 || a.size() > 16) return std::memcmp(a.data(), b.data(), a.size()) == 0;
        // Two words, which overlap: keys are mostly this long, and a call costs more than comparing them.
        return word(a.data()) == word(b.data()) && word(a.data() + a.size() - 8) == word(b.data() + b.size() - 8);
    }
    static std::uint64_t word(const char* data) noexcept {
        std::uint64_t value;
        std::memcpy(&value, data, sizeof value);
        return value;
    }

    std::uint32_t insert(std::string_view bytes, std::uint32_t tag);
    void grow();

    Keeps keeps_;
    std::vector<Slot> slots_;
    std::size_t mask_ = 0;
    std::vector<std::string_view> strings_;
    ByteArena arena_;
};

}  // namespace sluice
