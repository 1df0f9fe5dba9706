// What a run tells about itself while it works: read by the progress bar, written by the stages.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
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

// What the run is at.
struct StageNow {
    std::string name;  // "read", as in StageReport
    std::chrono::steady_clock::time_point since;
};

// Tasks are only added, never removed; the references stay valid. Thread-safe.
class Progress {
public:
    ProgressTask& add(std::string label, std::uint64_t total_bytes);
    [[nodiscard]] std::vector<const ProgressTask*> tasks() const;
    // The source that is waited for, if there is one.
    void set_wait(std::optional<WaitReport> wait);
    [[nodiscard]] std::optional<WaitReport> wait() const;

    void set_stage(std::string_view name);
    [[nodiscard]] std::optional<StageNow> stage() const;
    // Where the run puts what memory has no room for; "" before there is such a folder.
    void set_scratch(std::filesystem::path folder);
    [[nodiscard]] std::filesystem::path scratch() const;

private:
    mutable std::mutex mutex_;
    std::deque<ProgressTask> tasks_;
    std::optional<WaitReport> wait_;
    std::optional<StageNow> stage_;
    std::filesystem::path scratch_;
};

}  // namespace sluice
