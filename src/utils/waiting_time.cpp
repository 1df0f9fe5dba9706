#include "utils/waiting_time.hpp"

#include <mutex>

namespace sluice {
namespace {

using Clock = std::chrono::steady_clock;

struct Waiting {
    std::mutex mutex;
    int threads = 0;
    Clock::time_point since;  // while threads > 0
    Clock::duration total{0};
};

Waiting& waiting() {
    static Waiting state;
    return state;
}

}  // namespace

WaitingSpan::WaitingSpan() noexcept {
    Waiting& state = waiting();
    const std::lock_guard lock(state.mutex);
    if (state.threads++ == 0) state.since = Clock::now();
}

WaitingSpan::~WaitingSpan() {
    Waiting& state = waiting();
    const std::lock_guard lock(state.mutex);
    if (--state.threads == 0) state.total += Clock::now() - state.since;
}

std::chrono::nanoseconds waited_so_far() noexcept {
    Waiting& state = waiting();
    const std::lock_guard lock(state.mutex);
    return state.threads > 0 ? state.total + (Clock::now() - state.since) : state.total;
}

}  // namespace sluice
