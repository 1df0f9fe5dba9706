// Full jitter: each client waits a time drawn evenly between nothing and the growing bound, so that clients which
// failed together do not come back together. Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog,
// 2015.
#include "utils/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "utils/retry_count.hpp"
#include "utils/waiting_time.hpp"

namespace sluice {
namespace {

using std::chrono::milliseconds;

class SystemRetryClock final : public RetryClock {
public:
    Time now() override { return std::chrono::steady_clock::now(); }

    Result<> wait(milliseconds delay, const StopFlag* stop) override {
        const WaitingSpan span;
        const Time end = now() + delay;
        // A signal handler can only set the flag, not wake us.
        constexpr milliseconds kLook{50};
        for (Time time = now(); time < end; time = now()) {
            if (stop != nullptr) TRY(stop->check());
            std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(kLook, end - time));
        }
        return {};
    }

    double chance() override {
        const std::lock_guard lock(mutex_);
        return std::uniform_real_distribution<double>(0.0, 1.0)(random_);
    }

private:
    std::mutex mutex_;
    std::mt19937_64 random_{std::random_device()()};
};

}  // namespace

RetryClock& system_retry_clock() {
    static SystemRetryClock clock;
    return clock;
}

std::optional<milliseconds> RetrySchedule::after_failure(RetryClock& clock, std::optional<milliseconds> retry_after) {
    const auto now = clock.now();
    if (failures_ == 0) first_failure_ = now;
    ++failures_;
    if (failures_ >= policy_.attempts) return std::nullopt;
    // Past 2^20 the bound is max_delay anyway.
    const auto doubled = policy_.first_delay * (std::int64_t{1} << std::min(failures_ - 1, 20));
    const auto bound = std::min<milliseconds>(doubled, policy_.max_delay);
    milliseconds delay(static_cast<std::int64_t>(static_cast<double>(bound.count() + 1) * clock.chance()));
    if (retry_after) delay = std::max(delay, *retry_after);
    if (now + delay > first_failure_ + policy_.deadline) return std::nullopt;
    if (policy_.latest && now + delay >= *policy_.latest) return std::nullopt;
    count_retry();
    return delay;
}

std::optional<RetryClock::Time> RetrySchedule::deadline() const {
    if (failures_ == 0) return std::nullopt;
    return first_failure_ + policy_.deadline;
}

Error after_tries(const Error& error, int tries) {
    Error wider = error;
    if (tries > 1) wider.message += fmt::format(" (tried {} times)", tries);
    return wider;
}

}  // namespace sluice
