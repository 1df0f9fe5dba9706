// What a run tells about itself while it works: read by the progress bar, written by the stages.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "rows/scan.hpp"

namespace sluice {

enum class TaskState { waiting, running, done };

// One line of the progress display: a source being read or an output being written.
struct ProgressTask {
    std::string label;              // "read user_activities", "write output_data.json"
    std::uint64_t total_bytes = 0;  // 0: not known beforehand
    ScanProgress done;
    std::atomic<TaskState> state{TaskState::waiting};
};

// Tasks are only added, never removed; the references stay valid. Thread-safe.
class Progress {
public:
    ProgressTask& add(std::string label, std::uint64_t total_bytes);
    [[nodiscard]] std::vector<const ProgressTask*> tasks() const;
    // The source that is waited for, if there is one.
    void set_wait(std::optional<WaitReport> wait);
    [[nodiscard]] std::optional<WaitReport> wait() const;

private:
    mutable std::mutex mutex_;
    std::deque<ProgressTask> tasks_;
    std::optional<WaitReport> wait_;
};

}  // namespace sluice
