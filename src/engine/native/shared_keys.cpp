#include "engine/native/shared_keys.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

namespace sluice {
namespace {

constexpr std::size_t kFirstSlots = 64;
constexpr std::uint32_t kNoRoom = ~std::uint32_t{0};
constexpr std::uint32_t kMostNumbersAtOnce = 64;
constexpr std::uint32_t kKeysInCache = 4096;
constexpr std::size_t kAhead = 32;

std::uint64_t hash_of(const SplitKey& key) noexcept {
    return hash_bytes(key.content) ^ static_cast<unsigned char>(key.kind) * 0x9E3779B97F4A7C15ULL;
}

std::uint64_t word(const char* data) noexcept {
    std::uint64_t value;
    std::memcpy(&value, data, sizeof value);
    return value;
}

bool same(std::string_view stored, const SplitKey& key) noexcept {
    const std::size_t size = key.content.size();
    if (stored.size() != size + 1 || stored.front() != key.kind) return false;
    const char* const a = stored.data() + 1;
    const char* const b = key.content.data();
    if (size < 8 || size > 16) return std::memcmp(a, b, size) == 0;
    // Two words, which overlap: keys are mostly this long, and a call costs more than comparing them.
    return word(a) == word(b) && word(a + size - 8) == word(b + size - 8);
}

}  // namespace

std::string_view SharedKeys::Entry::key() const noexcept {
    if (size <= kInline) return {bytes, size};
    const char* begin = nullptr;
    std::memcpy(static_cast<void*>(&begin), bytes, sizeof begin);
    return {begin, size};
}

SharedKeys::SharedKeys(int threads)
    : own_(static_cast<std::size_t>(threads)), slots_(kFirstSlots), mask_(kFirstSlots - 1), entries_(kFirstSlots / 2) {}

void SharedKeys::add_all(int thread, std::span<const SplitKey> keys, std::span<std::uint32_t> numbers) {
    Own& own = own_[static_cast<std::size_t>(thread)];
    while (!keys.empty()) {
        std::size_t done = 0;
        // A mutex lets readers pass a waiting writer, for ever if there are enough of them.
        if (want_to_grow_.load(std::memory_order_relaxed) > 0) const std::lock_guard pass(turnstile_);
        {
            const std::shared_lock lock(growing_);
            done = add_some(own, keys, numbers);
        }
        keys = keys.subspan(done);
        numbers = numbers.subspan(done);
        if (!keys.empty()) grow();
    }
}

// Gives how many it has added: fewer than all where there is no more room. A large table costs two cache misses a key,
// its slot and its entry. Each is asked for in a pass of its own, so that those of many keys are under way at once.
std::size_t SharedKeys::add_some(Own& own, std::span<const SplitKey> keys, std::span<std::uint32_t> numbers) {
    std::array<std::uint64_t, kAhead> hashes;
    const bool large = end() > kKeysInCache;
    for (std::size_t begin = 0; begin < keys.size(); begin += kAhead) {
        const std::size_t count = std::min(keys.size() - begin, kAhead);
        for (std::size_t index = 0; index < count; ++index) hashes[index] = hash_of(keys[begin + index]);
        if (large) {
            for (std::size_t index = 0; index < count; ++index)
                __builtin_prefetch(&slots_[static_cast<std::uint32_t>(hashes[index]) & mask_]);
            for (std::size_t index = 0; index < count; ++index)
                prefetch(static_cast<std::uint32_t>(
                    slots_[static_cast<std::uint32_t>(hashes[index]) & mask_].load(std::memory_order_relaxed)));
        }
        for (std::size_t index = 0; index < count; ++index) {
            const SplitKey& key = keys[begin + index];
            const std::uint32_t number = key.kind == 0 ? 0 : add(own, key, hashes[index]);
            if (number == kNoRoom) return begin + index;
            numbers[begin + index] = number;
        }
    }
    return keys.size();
}

std::uint32_t SharedKeys::add(Own& own, const SplitKey& key, std::uint64_t hash) {
    const auto tag = static_cast<std::uint32_t>(hash);
    bool filled = false;
    for (std::size_t index = tag & mask_;; index = (index + 1) & mask_) {
        Slot slot = slots_[index].load(std::memory_order_acquire);
        if (slot == 0) {
            if (own.next == own.end && !take_numbers(own)) return kNoRoom;
            if (!filled) fill(entries_[own.next], key, own);
            filled = true;
            if (slots_[index].compare_exchange_strong(slot, Slot{tag} << 32U | own.next, std::memory_order_acq_rel,
                                                      std::memory_order_acquire))
                return own.next++;
            // Another thread was quicker, and `slot` is what it has put there.
        }
        const auto number = static_cast<std::uint32_t>(slot);
        if (slot >> 32U == tag && same(entries_[number].key(), key)) return number;
    }
}

// Few at a time while there are few keys, for a number that is taken and never given costs whoever goes through all.
bool SharedKeys::take_numbers(Own& own) {
    std::uint32_t next = end();
    const auto limit = static_cast<std::uint32_t>(entries_.size());
    for (;;) {
        const std::uint32_t wanted = std::clamp(next / 16, std::uint32_t{1}, kMostNumbersAtOnce);
        const std::uint32_t end = std::min(next + wanted, limit);
        if (next == end) return false;
        if (!next_.compare_exchange_weak(next, end, std::memory_order_relaxed)) continue;
        own.next = next;
        own.end = end;
        return true;
    }
}

void SharedKeys::fill(Entry& entry, const SplitKey& key, Own& own) {
    const std::size_t size = key.content.size() + 1;
    entry.size = static_cast<std::uint32_t>(size);
    char* out = entry.bytes;
    if (size > kInline) {
        out = own.arena.make(size);
        std::memcpy(entry.bytes, static_cast<const void*>(&out), sizeof out);
    }
    *out = key.kind;
    if (size > 1) std::memcpy(out + 1, key.content.data(), size - 1);
}

void SharedKeys::grow() {
    ++want_to_grow_;
    const std::lock_guard others_wait(turnstile_);
    const std::unique_lock lock(growing_);
    --want_to_grow_;
    if (end() < entries_.size()) return;  // somebody else has done it
    const std::size_t count = slots_.size() * 2;
    LargeVector<std::atomic<Slot>> wider(count);
    for (const std::atomic<Slot>& taken : slots_) {
        const Slot slot = taken.load(std::memory_order_relaxed);
        if (slot == 0) continue;
        std::size_t place = slot >> 32U & (count - 1);
        while (wider[place].load(std::memory_order_relaxed) != 0) place = (place + 1) & (count - 1);
        wider[place].store(slot, std::memory_order_relaxed);
    }
    slots_.swap(wider);
    mask_ = count - 1;
    entries_.resize(count / 2);
}

void SharedKeys::finish() {
    for (Own& own : own_) {
        for (; own.next != own.end; ++own.next) entries_[own.next].size = 0;
    }
    slots_ = LargeVector<std::atomic<Slot>>();
}

}  // namespace sluice
