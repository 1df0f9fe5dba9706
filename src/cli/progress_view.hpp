// Says how far a run is, in lines of text. Pure: the caller brings the tasks' counters, the time and the terminal's
// size, so that tests can. Remembers when it first saw each task run, and what it already said. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/progress.hpp"

namespace sluice {

// What a ProgressTask held at one moment.
struct TaskFacts {
    std::string label;
    std::uint64_t total_bytes = 0;  // 0: not known
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;
    TaskState state = TaskState::waiting;
};

// What a run was at, and held, at one moment.
struct StageFacts {
    std::string name;  // "read"
    std::chrono::steady_clock::time_point since;
    std::uint64_t memory_bytes = 0;   // resident; 0: not known
    std::uint64_t spilled_bytes = 0;  // in its temporary files
};

// "read: 3.4 s, 512.0 MiB of memory, 1.2 GiB in temporary files", narrower than `width`.
[[nodiscard]] std::string stage_line(const StageFacts& stage, std::chrono::steady_clock::time_point now,
                                     std::size_t width);

// "source 'a' waits since 2026-11-28T13:52:49Z, until 2026-11-28T14:22:49Z at most: 'a.jsonl' is not there".
[[nodiscard]] std::string wait_text(const WaitReport& wait);

[[nodiscard]] std::vector<TaskFacts> task_facts(const Progress& progress);

class ProgressView {
public:
    using Time = std::chrono::steady_clock::time_point;

    // For a terminal: one line for each running task, each narrower than `width`, fewer of them than `height`.
    [[nodiscard]] std::vector<std::string> bar_lines(const std::vector<TaskFacts>& tasks, Time now, std::size_t width,
                                                     std::size_t height);
    // For a log: what is new since the last call: a task that started, one that is done, and every five seconds how far
    // the running ones are.
    [[nodiscard]] std::vector<std::string> plain_lines(const std::vector<TaskFacts>& tasks, Time now);
    // For a log: a line when a wait begins, is for something else, or is over.
    [[nodiscard]] std::vector<std::string> plain_wait(const std::optional<WaitReport>& wait);

private:
    struct Memory {
        std::optional<Time> started;
        Time spoke;
        bool done = false;
    };

    [[nodiscard]] Memory& memory(std::size_t task);

    std::vector<Memory> memories_;
    std::optional<WaitReport> told_wait_;
};

}  // namespace sluice
