// Interrupts DuckDB's queries once a run is told to stop: DuckDB looks at its own flag, not at ours. For this folder
// only.
#pragma once

#include <duckdb.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "utils/stop.hpp"

namespace sluice {

class InterruptWatcher {
public:
    // Without a flag it does nothing.
    explicit InterruptWatcher(const StopFlag* stop);
    ~InterruptWatcher();
    InterruptWatcher(const InterruptWatcher&) = delete;
    InterruptWatcher& operator=(const InterruptWatcher&) = delete;

    // Any thread. A connection is watched until it is forgotten, which must be before it is closed.
    void watch(duckdb_connection connection);
    void forget(duckdb_connection connection);

private:
    void look_out(const std::stop_token& done);

    const StopFlag* stop_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::vector<duckdb_connection> connections_;
    std::jthread thread_;
};

}  // namespace sluice
