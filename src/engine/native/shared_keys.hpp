// Gives every distinct key a number, the same for all threads: one table that they fill together while they read.
//
// Looking a key up takes no lock; a new one is put in with one compare-and-swap. Only when the table is full do all
// wait until it has grown. After Maier, Sanders, Dementiev: "Concurrent Hash Tables: Fast and General(?)!" (PPoPP
// 2016), whose tables are grown by all threads; here growing is rare enough for one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <vector>

#include "utils/byte_table.hpp"
#include "utils/large_memory.hpp"

namespace sluice {

// A key in two parts: its first byte, and the others, which need not lie behind it.
struct SplitKey {
    char kind = 0;  // 0: no key
    std::string_view content;
};

class SharedKeys {
public:
    explicit SharedKeys(int threads);

    // From several threads at once, each with its own `thread` below the constructor's `threads`. The numbers of the
    // keys, from 1; 0 for no key. A new key is copied.
    void add_all(int thread, std::span<const SplitKey> keys, std::span<std::uint32_t> numbers);

    // One thread, once, after the last add_all(): from here on only what follows.
    void finish();
    // One more than the largest number. Some numbers may be no key's.
    [[nodiscard]] std::uint32_t end() const noexcept { return next_.load(std::memory_order_relaxed); }
    // All bytes of the key of that number; empty where there is none.
    [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept { return entries_[number].key(); }
    void prefetch(std::uint32_t number) const noexcept { __builtin_prefetch(&entries_[number]); }

private:
    static constexpr std::size_t kInline = 28;

    // A short key stands in its entry, so that comparing with it costs one cache miss.
    struct Entry {
        std::uint32_t size = 0;
        char bytes[kInline] = {};  // the key, or a pointer to one that is longer
        [[nodiscard]] std::string_view key() const noexcept;
    };
    using Slot = std::uint64_t;  // the key's number, and above it half of its hash; 0: free

    // What a thread keeps for itself.
    struct alignas(64) Own {
        std::uint32_t next = 0;  // of the numbers it may give
        std::uint32_t end = 0;
        ByteArena arena;  // of long keys
    };

    [[nodiscard]] std::size_t add_some(Own& own, std::span<const SplitKey> keys, std::span<std::uint32_t> numbers);
    [[nodiscard]] std::uint32_t add(Own& own, const SplitKey& key, std::uint64_t hash);
    [[nodiscard]] bool take_numbers(Own& own);
    void fill(Entry& entry, const SplitKey& key, Own& own);
    void grow();

    std::vector<Own> own_;  // by thread
    std::shared_mutex growing_;
    std::mutex turnstile_;  // held by a thread that waits for all others to let the table grow
    std::atomic<int> want_to_grow_{0};
    LargeVector<std::atomic<Slot>> slots_;
    std::size_t mask_;
    LargeVector<Entry> entries_;          // by number; as many as half the slots
    std::atomic<std::uint32_t> next_{1};  // number that no thread has
};

}  // namespace sluice
