// Reads byte sources that are far away in parts of up to 8 MiB: keeps parts, shares them among threads, and fetches
// those behind the one that is being read before they are asked for. What a text's readers want (a file from its first
// byte to its last, by one thread or by several in step) then costs one request a part, several at a time.
//
// The first part is of 1 MiB, so that whoever wants only the first rows waits for little. All parts together stay
// within a limit: a part that was read to its end makes room for the next; parts that were fetched in vain make room
// when a thread waits. Only one part that is larger than the limit passes it. Parts are smaller where many threads
// share little memory: each must keep the one that it reads, or they fetch each other's again and again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

// Gives exactly `count` bytes from `begin`. Called by several threads at once.
using FetchPart = std::function<Result<std::string>(std::uint64_t begin, std::uint64_t count)>;

struct PartCacheLimits {
    std::uint64_t bytes = std::uint64_t{64} << 20U;
    std::size_t threads = 8;  // that fetch
    std::size_t readers = 1;  // threads that read at once, each perhaps another source

    // Bytes of a part: three for each reader, where that leaves them large enough.
    [[nodiscard]] std::uint64_t part() const;
};

class PartCache {
public:
    static constexpr std::uint64_t kFirstPart = std::uint64_t{1} << 20U;
    static constexpr std::uint64_t kPart = std::uint64_t{8} << 20U;

    // `ended` is set when the cache ends or `stop` (may be null) is: fetching obeys it, so that nobody waits for a part
    // that nobody wants. Both outlive the cache.
    PartCache(const PartCacheLimits& limits, const StopFlag* stop, StopFlag& ended);
    ~PartCache();
    PartCache(const PartCache&) = delete;
    PartCache& operator=(const PartCache&) = delete;

    // Gives the source's number. `begin`: no byte before it will be read. What `fetch` refers to outlives the cache.
    // Thread-safe.
    [[nodiscard]] std::size_t add(std::uint64_t size, FetchPart fetch, std::uint64_t begin = 0);
    // Reads exactly `count` bytes; offset + count <= size. Fails as `fetch` does, and within a second of a stop (kind
    // interrupted). Thread-safe.
    [[nodiscard]] Result<> read(std::size_t source, std::uint64_t offset, char* out, std::size_t count);
    // Bytes of the parts that are there or on their way.
    [[nodiscard]] std::uint64_t held() const;

private:
    struct Source {
        std::uint64_t begin = 0;
        std::uint64_t size = 0;
        std::shared_ptr<const FetchPart> fetch;
    };
    using Key = std::pair<std::size_t, std::uint64_t>;  // source, part
    struct Part {
        std::uint64_t size = 0;
        std::shared_ptr<const std::string> bytes = nullptr;  // null: not there yet
        std::optional<Error> error = std::nullopt;
        bool queued = true;
        std::size_t waiting = 0;   // threads
        std::uint64_t copied = 0;  // bytes, in all
        std::uint64_t used = 0;    // when, by clock_
    };
    using Parts = std::map<Key, Part>;

    // Where parts begin and end, and which one has a byte.
    [[nodiscard]] std::uint64_t part_of(std::uint64_t offset) const;
    [[nodiscard]] std::uint64_t start_of(std::uint64_t part) const;  // in any source
    [[nodiscard]] std::uint64_t begin_of(const Key& key) const;      // of what is fetched
    [[nodiscard]] std::uint64_t size_of(const Key& key) const;
    [[nodiscard]] Result<std::shared_ptr<const std::string>> get(const Key& key, std::uint64_t& begin);
    [[nodiscard]] Result<> check_stop();
    void copied(const Key& key, std::uint64_t count, std::uint64_t to);
    void read_ahead(const Key& key);
    void want(const Key& key, bool now);
    [[nodiscard]] bool make_room(std::uint64_t size, bool now);
    [[nodiscard]] Parts::iterator least_wanted(bool now);
    void fetch_parts();

    const PartCacheLimits limits_;
    const std::uint64_t part_;
    const std::uint64_t first_part_;
    const StopFlag* stop_;
    StopFlag& ended_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;  // a part has come, or there is room
    std::condition_variable wanted_;   // queue_ is not empty, or the end has come
    std::vector<Source> sources_;
    Parts parts_;
    std::deque<Key> queue_;
    std::uint64_t held_ = 0;
    std::uint64_t clock_ = 0;
    std::size_t idle_ = 0;
    bool closing_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace sluice
