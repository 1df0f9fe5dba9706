#include "cli/progress_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/terminal_text.hpp"
#include "monitoring/number_text.hpp"

namespace sluice {
namespace {

constexpr std::chrono::seconds kPlainInterval{5};
constexpr std::size_t kWidestLabel = 28;
constexpr std::size_t kLeastBar = 6;
constexpr std::size_t kWidestBar = 40;

double seconds_between(ProgressView::Time start, ProgressView::Time now) {
    return std::max(0.0, std::chrono::duration<double>(now - start).count());
}

// From 0 to 1; a source may turn out longer than was known.
double part_done(const TaskFacts& task) {
    return std::min(1.0, static_cast<double>(task.bytes) / static_cast<double>(task.total_bytes));
}

// From 0 to 100.
int percent_done(const TaskFacts& task) { return static_cast<int>(100 * part_done(task)); }

// "5 s left", in whole seconds so that it does not flicker; "" when there is nothing to tell it from.
std::string time_left(const TaskFacts& task, double seconds) {
    if (!(seconds > 0) || task.bytes == 0 || task.bytes >= task.total_bytes) return "";
    const auto left = static_cast<double>(task.total_bytes - task.bytes);
    const double whole = std::ceil(left * seconds / static_cast<double>(task.bytes));
    return whole < 60 ? fmt::format("{:.0f} s left", whole) : seconds_text(whole) + " left";
}

// "45%, 50.0 MiB of 110.0 MiB, 230,000 rows, 12.3 MiB/s, 5 s left", without what is not known.
std::string how_far(const TaskFacts& task, double seconds) {
    std::vector<std::string> parts;
    if (task.total_bytes > 0) {
        parts.push_back(fmt::format("{}%", percent_done(task)));
        parts.push_back(fmt::format("{} of {}", bytes_text(task.bytes), bytes_text(task.total_bytes)));
    } else {
        parts.push_back(bytes_text(task.bytes));
    }
    if (task.rows > 0) parts.push_back(count_text(task.rows) + " rows");
    if (seconds > 0 && task.bytes > 0) parts.push_back(rate_text(task.bytes, seconds));
    if (const std::string left = time_left(task, seconds); !left.empty()) parts.push_back(left);
    return fmt::format("{}", fmt::join(parts, ", "));
}

// The same in columns that stay at their places while the numbers grow.
std::string how_far_in_columns(const TaskFacts& task, double seconds) {
    const std::string percent = task.total_bytes > 0 ? fmt::format("{}%", percent_done(task)) : "";
    const std::string rows = task.rows > 0 ? count_text(task.rows) + " rows" : "";
    const std::string rate = task.bytes > 0 ? rate_text(task.bytes, seconds) : "";
    return fmt::format("{:>5} {:>9} {:>14} {:>11} {:>9}", percent, bytes_text(task.bytes), rows, rate,
                       time_left(task, seconds));
}

std::string bar(double part, std::size_t width) {
    const std::size_t inner = width - 2;
    const auto filled = static_cast<std::size_t>(part * static_cast<double>(inner));
    std::string drawn(filled, '=');
    if (filled < inner) drawn += '>';
    drawn.resize(inner, ' ');
    return '[' + drawn + ']';
}

std::string bar_line(const TaskFacts& task, double seconds, std::size_t label_width, std::size_t width) {
    std::string line = fit_text(printable(task.label), label_width);
    line.append(label_width - text_width(line) + 1, ' ');
    const std::string facts = how_far_in_columns(task, seconds);
    const std::size_t used = text_width(line) + text_width(facts);
    if (used + kLeastBar <= width) {
        const std::size_t bar_width = std::min(width - used, kWidestBar);
        line += task.total_bytes > 0 ? bar(part_done(task), bar_width) : std::string(bar_width, ' ');
    }
    line = fit_text(line + facts, width);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string done_line(const TaskFacts& task, double seconds) {
    std::string line =
        fmt::format("{}: done, {} rows, {}", printable(task.label), count_text(task.rows), bytes_text(task.bytes));
    if (seconds > 0) line += fmt::format(" in {}", seconds_text(seconds));
    return line;
}

}  // namespace

std::string stage_line(const StageFacts& stage, ProgressView::Time now, std::size_t width) {
    std::string line = fmt::format("{}: {}", printable(stage.name), seconds_text(seconds_between(stage.since, now)));
    if (stage.memory_bytes > 0) line += fmt::format(", {} of memory", bytes_text(stage.memory_bytes));
    if (stage.spilled_bytes > 0) line += fmt::format(", {} in temporary files", bytes_text(stage.spilled_bytes));
    return fit_text(line, width > 1 ? width - 1 : 1);
}

std::string wait_text(const WaitReport& wait) {
    return fmt::format("source '{}' waits since {}, until {} at most: {}", printable(wait.source), utc_text(wait.since),
                       utc_text(wait.until), printable(wait.missing));
}

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
    std::size_t label_width = 0;
    for (const TaskFacts& task : tasks) {
        if (task.state == TaskState::running) label_width = std::max(label_width, text_width(printable(task.label)));
    }
    label_width = std::min(label_width, kWidestLabel);

    std::vector<std::string> lines;
    std::size_t running = 0;
    for (std::size_t index = 0; index < tasks.size(); ++index) {
        if (tasks[index].state != TaskState::running) continue;
        ++running;
        std::optional<Time>& started = memory(index).started;
        if (!started) started = now;
        if (lines.size() < most) {
            lines.push_back(bar_line(tasks[index], seconds_between(*started, now), label_width, usable));
        }
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

std::vector<std::string> ProgressView::plain_wait(const std::optional<WaitReport>& wait) {
    std::vector<std::string> lines;
    const bool is_other = told_wait_ && (!wait || wait->source != told_wait_->source);
    if (is_other) lines.push_back(fmt::format("source '{}' waits no longer", printable(told_wait_->source)));
    if (wait && (is_other || !told_wait_ || wait->missing != told_wait_->missing)) lines.push_back(wait_text(*wait));
    told_wait_ = wait;
    return lines;
}

}  // namespace sluice
