// The one policy for trying again: bounded attempts, full jitter, a server's Retry-After obeyed, one deadline.
//
// Only errors of kind external that say so (Error::retryable) are tried again. The deadline runs from the first
// failure, so that a long transfer that fails once is not given up because it was long.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>

#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

// Time and chance, so that tests need neither.
class RetryClock {
public:
    using Time = std::chrono::steady_clock::time_point;
    virtual ~RetryClock() = default;
    [[nodiscard]] virtual Time now() = 0;
    // Fails (kind interrupted) when `stop` is set meanwhile; it may be null.
    [[nodiscard]] virtual Result<> wait(std::chrono::milliseconds delay, const StopFlag* stop) = 0;
    // In [0, 1).
    [[nodiscard]] virtual double chance() = 0;
};

struct RetryPolicy {
    int attempts = 5;  // in all, at least 1
    std::chrono::milliseconds first_delay{500};
    std::chrono::milliseconds max_delay{10'000};
    std::chrono::milliseconds deadline{60'000};
    // Nothing is tried again later than this, whatever the deadline.
    std::optional<RetryClock::Time> latest = {};
};

// The real one, seeded from the system's random device. Thread-safe.
[[nodiscard]] RetryClock& system_retry_clock();

// What one attempt tells about itself.
struct Attempt {
    int number = 1;
    // When the attempt should be cut off: the deadline, once an attempt has failed.
    std::optional<RetryClock::Time> deadline;
    // Set by the attempt when the other side said when to come back.
    std::optional<std::chrono::milliseconds> retry_after;
};

// Decides after each failure. One for each operation.
class RetrySchedule {
public:
    explicit RetrySchedule(RetryPolicy policy) : policy_(policy) {}
    // How long to wait before the next attempt, or nothing when this was the last. The delay is drawn evenly from
    // [0, min(max_delay, first_delay * 2^failures)], and not below retry_after.
    [[nodiscard]] std::optional<std::chrono::milliseconds> after_failure(
        RetryClock& clock, std::optional<std::chrono::milliseconds> retry_after);
    [[nodiscard]] int attempts() const noexcept { return failures_ + 1; }
    [[nodiscard]] std::optional<RetryClock::Time> deadline() const;

private:
    RetryPolicy policy_;
    int failures_ = 0;
    RetryClock::Time first_failure_;
};

// Adds how often it was tried to the message of an error that was tried again.
[[nodiscard]] Error after_tries(const Error& error, int tries);

// Calls `call(Attempt&)`, which gives a Result, until it succeeds or the policy gives up; then with the last error.
template <typename Call>
[[nodiscard]] auto retry(const RetryPolicy& policy, RetryClock& clock, const StopFlag* stop, Call call)
    -> decltype(call(std::declval<Attempt&>())) {
    RetrySchedule schedule(policy);
    for (;;) {
        Attempt attempt{.number = schedule.attempts(), .deadline = schedule.deadline(), .retry_after = std::nullopt};
        auto result = call(attempt);
        if (result) return result;
        const bool again = result.error().kind == ErrorKind::external && result.error().retryable;
        const auto delay = again ? schedule.after_failure(clock, attempt.retry_after) : std::nullopt;
        if (!delay) return after_tries(result.error(), attempt.number);
        TRY(clock.wait(*delay, stop));
    }
}

}  // namespace sluice
