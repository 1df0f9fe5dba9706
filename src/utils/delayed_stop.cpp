#include "utils/delayed_stop.hpp"

namespace sluice {

DelayedStop::DelayedStop(const StopFlag* stop, std::chrono::milliseconds grace) {
    if (stop != nullptr) watcher_ = std::jthread([this, stop, grace] { watch(*stop, grace); });
}

DelayedStop::~DelayedStop() {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    ended_.notify_all();
}

// A signal handler cannot wake a waiting thread, so that it looks.
void DelayedStop::watch(const StopFlag& stop, std::chrono::milliseconds grace) {
    constexpr std::chrono::milliseconds kLook{50};
    std::unique_lock lock(mutex_);
    while (!stop.stopped())
        if (ended_.wait_for(lock, kLook, [&] { return ending_; })) return;
    if (ended_.wait_for(lock, grace, [&] { return ending_; })) return;
    late_.set(stop.check().error().signal);
}

}  // namespace sluice
