// Turns SIGINT, SIGTERM and SIGHUP into a request to stop.
#pragma once

#include "utils/stop.hpp"

namespace sluice {

// While an object lives, the first of them sets `stop`; a second one ends the process at once with
// 128 + its number. At most one object at a time; the flag must outlive it. The destructor restores what was before.
class StopOnSignals {
public:
    explicit StopOnSignals(StopFlag& stop);
    ~StopOnSignals();
    StopOnSignals(const StopOnSignals&) = delete;
    StopOnSignals& operator=(const StopOnSignals&) = delete;
};

}  // namespace sluice
