// Shows a run's progress on stderr while it works, from a thread of its own.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "monitoring/progress.hpp"

namespace sluice {

enum class ProgressStyle {
    none,
    bar,    // lines that are redrawn in place; for terminals
    plain,  // a line for what is new; for logs
};

// bar when stderr is a terminal that can move its cursor, else plain.
[[nodiscard]] ProgressStyle automatic_progress_style();

// Draws from construction until end(), which also takes a bar off the screen and says the last plain lines, so that
// what is printed after it stands alone. `progress` must outlive it.
class ProgressDisplay {
public:
    ProgressDisplay(const Progress& progress, ProgressStyle style);
    ~ProgressDisplay() { end(); }
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    void end();

private:
    void draw_until_end(const Progress& progress, ProgressStyle style);

    std::mutex mutex_;
    std::condition_variable ended_changed_;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace sluice
