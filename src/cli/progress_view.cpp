#include "cli/progress_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/text_table.hpp"
#include "monitoring/number_text.hpp"

namespace sluice {
namespace {

constexpr std::chrono::seconds kPlainInterval{5};
constexpr std::size_t kLabelWidth = 28;
constexpr std::size_t kLeastBar = 8;
constexpr std::size_t kWidestBar = 40;

double seconds_between(ProgressView::Time start, ProgressView::Time now) {
    return std::max(0.0, std::chrono::duration<double>(now - start).count());
}

// From 0 to 1; a source may turn out longer than was known.
double part_done(const TaskFacts& task) {
    return std::min(1.0, static_cast<double>(task.bytes) / static_cast<double>(task.total_bytes));
}

// "45%, 50.0 MiB of 110.0 MiB, 230,000 rows, 12.3 MiB/s, 5.0 s left", without what is not known.
std::string how_far(const TaskFacts& task, double seconds) {
    std::vector<std::string> parts;
    if (task.total_bytes > 0) {
        parts.push_back(fmt::format("{:3.0f}%", std::min(99.0, 100 * part_done(task))));
        parts.push_back(fmt::format("{} of {}", bytes_text(task.bytes), bytes_text(task.total_bytes)));
    } else {
        parts.push_back(bytes_text(task.bytes));
    }
    parts.push_back(count_text(task.rows) + " rows");
    if (seconds > 0 && task.bytes > 0) {
        parts.push_back(rate_text(task.bytes, seconds));
        if (task.bytes < task.total_bytes) {
            const auto left = static_cast<double>(task.total_bytes - task.bytes);
            parts.push_back(seconds_text(left * seconds / static_cast<double>(task.bytes)) + " left");
        }
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string bar(double part, std::size_t width) {
    const std::size_t inner = width - 2;
    const auto filled = static_cast<std::size_t>(part * static_cast<double>(inner));
    std::string drawn(filled, '=');
    if (filled < inner) drawn += '>';
    drawn.resize(inner, ' ');
    return '[' + drawn + ']';
}

std::string bar_line(const TaskFacts& task, double seconds, std::size_t width) {
    std::string label = fit_text(printable(task.label), kLabelWidth);
    label.append(kLabelWidth - text_width(label), ' ');
    const std::string facts = how_far(task, seconds);
    const std::size_t used = text_width(label) + text_width(facts) + 4;
    std::string line = label + "  ";
    if (task.total_bytes > 0 && used + kLeastBar <= width) {
        line += bar(part_done(task), std::min(width - used, kWidestBar)) + "  ";
    }
    return fit_text(line + facts, width);
}

std::string done_line(const TaskFacts& task, double seconds) {
    std::string line =
        fmt::format("{}: done, {} rows, {}", printable(task.label), count_text(task.rows), bytes_text(task.bytes));
    if (seconds > 0) line += fmt::format(" in {}", seconds_text(seconds));
    return line;
}

}  // namespace

std::vector<TaskFacts> task_facts(const Progress& progress) {
    std::vector<TaskFacts> facts;
    for (const ProgressTask* task : progress.tasks()) {
        facts.push_back({.label = task->label,
                         .total_bytes = task->total_bytes,
                         .bytes = task->done.bytes.load(std::memory_order_relaxed),
                         .rows = task->done.rows.load(std::memory_order_relaxed),
                         .state = task->state.load()});
    }
    return facts;
}

ProgressView::Memory& ProgressView::memory(std::size_t task) {
    if (task >= memories_.size()) memories_.resize(task + 1);
    return memories_[task];
}

std::vector<std::string> ProgressView::bar_lines(const std::vector<TaskFacts>& tasks, Time now, std::size_t width,
                                                 std::size_t height) {
    // A character in the last column would make the terminal wrap, and the lines would no longer be where we redraw.
    const std::size_t usable = width > 1 ? width - 1 : 1;
    const std::size_t most = height > 2 ? height - 2 : 1;
    std::vector<std::string> lines;
    std::size_t running = 0;
    for (std::size_t index = 0; index < tasks.size(); ++index) {
        if (tasks[index].state != TaskState::running) continue;
        ++running;
        std::optional<Time>& started = memory(index).started;
        if (!started) started = now;
        if (lines.size() < most) lines.push_back(bar_line(tasks[index], seconds_between(*started, now), usable));
    }
    if (running > lines.size()) {
        lines.back() = fit_text(fmt::format("and {} more", running - lines.size() + 1), usable);
    }
    return lines;
}

std::vector<std::string> ProgressView::plain_lines(const std::vector<TaskFacts>& tasks, Time now) {
    std::vector<std::string> lines;
    for (std::size_t index = 0; index < tasks.size(); ++index) {
        const TaskFacts& task = tasks[index];
        Memory& known = memory(index);
        if (task.state == TaskState::waiting || known.done) continue;
        if (task.state == TaskState::done) {
            lines.push_back(done_line(task, known.started ? seconds_between(*known.started, now) : 0));
            known.done = true;
        } else if (!known.started) {
            const std::string size = task.total_bytes > 0 ? ", " + bytes_text(task.total_bytes) : "";
            lines.push_back(fmt::format("{}: started{}", printable(task.label), size));
            known.started = now;
            known.spoke = now;
        } else if (now - known.spoke >= kPlainInterval) {
            lines.push_back(
                fmt::format("{}: {}", printable(task.label), how_far(task, seconds_between(*known.started, now))));
            known.spoke = now;
        }
    }
    return lines;
}

}  // namespace sluice
