#include "io/part_cache.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <set>

namespace sluice {

namespace {

// A signal handler can only set the flag, not wake us.
constexpr std::chrono::milliseconds kLook{50};
// Whoever has read so much of a part will want the next one.
constexpr std::uint64_t kReadOn = std::uint64_t{512} << 10U;
constexpr std::uint64_t kMostAhead = 8;
constexpr std::uint64_t kLeastPart = std::uint64_t{256} << 10U;

}  // namespace

std::uint64_t PartCacheLimits::part() const {
    constexpr std::uint64_t kForEach = 3;  // the one that is read, the next one, and one that is on its way
    std::uint64_t part = PartCache::kPart;
    while (part > kLeastPart && part * kForEach * readers > bytes) part /= 2;
    return part;
}

PartCache::PartCache(const PartCacheLimits& limits, const StopFlag* stop, StopFlag& ended)
    : limits_(limits), part_(limits.part()), first_part_(std::min(kFirstPart, part_ / 2)), stop_(stop), ended_(ended) {}

std::uint64_t PartCache::part_of(std::uint64_t offset) const { return offset < first_part_ ? 0 : 1 + offset / part_; }

std::uint64_t PartCache::start_of(std::uint64_t part) const {
    return part == 0 ? 0 : part == 1 ? first_part_ : (part - 1) * part_;
}

std::uint64_t PartCache::begin_of(const Key& key) const {
    return std::max(start_of(key.second), sources_[key.first].begin);
}

std::uint64_t PartCache::size_of(const Key& key) const {
    const auto& [source, part] = key;
    const std::uint64_t end = part == 0 ? first_part_ : part * part_;
    return std::min(end, sources_[source].size) - begin_of(key);
}

PartCache::~PartCache() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        queue_.clear();
    }
    ended_.set(SIGTERM);
    wanted_.notify_all();
    threads_.clear();
}

std::size_t PartCache::add(std::uint64_t size, FetchPart fetch, std::uint64_t begin) {
    const std::lock_guard lock(mutex_);
    sources_.push_back({.begin = begin, .size = size, .fetch = std::make_shared<const FetchPart>(std::move(fetch))});
    return sources_.size() - 1;
}

std::uint64_t PartCache::held() const {
    const std::lock_guard lock(mutex_);
    return held_;
}

Result<> PartCache::read(std::size_t source, std::uint64_t offset, char* out, std::size_t count) {
    while (count > 0) {
        const Key key(source, part_of(offset));
        std::uint64_t begin = 0;
        TRY_ASSIGN(const auto bytes, get(key, begin));
        const std::uint64_t from = offset - begin;
        const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(count, bytes->size() - from));
        std::copy_n(bytes->data() + from, taken, out);
        out += taken;
        offset += taken;
        copied(key, taken, offset);
        count -= taken;
    }
    return {};
}

Result<> PartCache::check_stop() {
    if (stop_ == nullptr) return {};
    const auto stopped = stop_->check();
    if (!stopped) ended_.set(stopped.error().signal);
    return stopped;
}

Result<std::shared_ptr<const std::string>> PartCache::get(const Key& key, std::uint64_t& begin) {
    std::unique_lock lock(mutex_);
    begin = begin_of(key);
    for (;;) {
        TRY(check_stop());
        want(key, true);
        const auto found = parts_.find(key);
        if (found != parts_.end()) {
            Part& part = found->second;
            if (part.bytes != nullptr) {
                part.used = ++clock_;
                return part.bytes;
            }
            if (part.error) {
                Error error = *part.error;
                if (part.waiting == 0) {  // else another thread must still see it
                    held_ -= part.size;
                    parts_.erase(found);
                }
                return error;
            }
            ++part.waiting;
            changed_.wait_for(lock, kLook);
            --part.waiting;  // a part that somebody waits for is not erased
        } else {
            changed_.wait_for(lock, kLook);
        }
    }
}

// Puts the part into the queue when there is room: in front when a thread waits for it `now`.
void PartCache::want(const Key& key, bool now) {
    const auto found = parts_.find(key);
    if (found != parts_.end()) {
        const auto place = std::ranges::find(queue_, key);
        if (!now || !found->second.queued || place == queue_.begin() || place == queue_.end()) return;
        queue_.erase(place);
        queue_.push_front(key);
        return;
    }
    const std::uint64_t size = size_of(key);
    if (!make_room(size, now)) return;
    parts_.emplace(key, Part{.size = size, .used = ++clock_});
    held_ += size;
    if (now)
        queue_.push_front(key);
    else
        queue_.push_back(key);
    if (idle_ < queue_.size() && threads_.size() < limits_.threads) threads_.emplace_back([this] { fetch_parts(); });
    wanted_.notify_one();
}

bool PartCache::make_room(std::uint64_t size, bool now) {
    while (held_ > 0 && held_ + size > limits_.bytes) {
        const auto victim = least_wanted(now);
        if (victim == parts_.end()) return false;
        if (victim->second.queued) std::erase(queue_, victim->first);
        held_ -= victim->second.size;
        parts_.erase(victim);
    }
    return true;
}

// The part that was read to its end the longest ago; `now`, where there is none, one that nobody has begun to fetch,
// then one that nobody has begun to read, and only then the one that was used the longest ago.
PartCache::Parts::iterator PartCache::least_wanted(bool now) {
    const auto rank = [](const Part& part) {
        if (part.bytes != nullptr && part.copied >= part.size) return 0;
        if (part.queued || part.error) return 1;
        return part.copied == 0 ? 2 : 3;
    };
    auto least = parts_.end();
    for (auto each = parts_.begin(); each != parts_.end(); ++each) {
        const Part& part = each->second;
        const bool is_fetched = !part.queued && part.bytes == nullptr && !part.error;
        if (part.waiting > 0 || is_fetched || (!now && rank(part) > 0)) continue;
        const auto order = [&](const Part& one) { return std::pair(rank(one), one.used); };
        if (least == parts_.end() || order(part) < order(least->second)) least = each;
    }
    return least;
}

void PartCache::copied(const Key& key, std::uint64_t count, std::uint64_t to) {
    const std::lock_guard lock(mutex_);
    const auto found = parts_.find(key);
    if (found != parts_.end()) found->second.copied += count;
    if (to - start_of(key.second) >= std::min(kReadOn, part_ / 2) || parts_.contains({key.first, key.second - 1}))
        read_ahead(key);
}

void PartCache::read_ahead(const Key& key) {
    std::set<std::size_t> sources{key.first};
    for (const auto& [other, part] : parts_)
        if (part.copied < part.size) sources.insert(other.first);
    const std::uint64_t share = limits_.bytes / part_ / sources.size();
    const std::uint64_t ahead = std::clamp<std::uint64_t>(share, 2, kMostAhead + 1) - 1;
    const std::uint64_t last = part_of(sources_[key.first].size - 1);
    for (std::uint64_t part = key.second + 1; part <= std::min(last, key.second + ahead); ++part)
        want({key.first, part}, false);
}

void PartCache::fetch_parts() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        wanted_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        --idle_;
        if (closing_) return;
        const Key key = queue_.front();
        queue_.pop_front();
        parts_.at(key).queued = false;
        const std::shared_ptr<const FetchPart> fetch = sources_[key.first].fetch;
        const std::uint64_t size = parts_.at(key).size;
        const std::uint64_t begin = begin_of(key);
        lock.unlock();
        auto bytes = (*fetch)(begin, size);
        lock.lock();
        Part& part = parts_.at(key);  // being fetched, it stays
        if (bytes && bytes->size() == size)
            part.bytes = std::make_shared<const std::string>(std::move(*bytes));
        else
            part.error = bytes ? internal_error("a part has another length than was asked for") : bytes.error();
        changed_.notify_all();
    }
}

}  // namespace sluice
