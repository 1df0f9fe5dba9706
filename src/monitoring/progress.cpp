#include "monitoring/progress.hpp"

#include <utility>

namespace sluice {

ProgressTask& Progress::add(std::string label, std::uint64_t total_bytes) {
    const std::scoped_lock lock(mutex_);
    ProgressTask& task = tasks_.emplace_back();
    task.label = std::move(label);
    task.total_bytes = total_bytes;
    return task;
}

std::vector<const ProgressTask*> Progress::tasks() const {
    const std::scoped_lock lock(mutex_);
    std::vector<const ProgressTask*> tasks;
    tasks.reserve(tasks_.size());
    for (const ProgressTask& task : tasks_) tasks.push_back(&task);
    return tasks;
}

void Progress::set_wait(std::optional<WaitReport> wait) {
    const std::scoped_lock lock(mutex_);
    wait_ = std::move(wait);
}

std::optional<WaitReport> Progress::wait() const {
    const std::scoped_lock lock(mutex_);
    return wait_;
}

void Progress::set_stage(std::string_view name) {
    const std::scoped_lock lock(mutex_);
    stage_ = {std::string(name), std::chrono::steady_clock::now()};
}

std::optional<StageNow> Progress::stage() const {
    const std::scoped_lock lock(mutex_);
    return stage_;
}

void Progress::set_scratch(std::filesystem::path folder) {
    const std::scoped_lock lock(mutex_);
    scratch_ = std::move(folder);
}

std::filesystem::path Progress::scratch() const {
    const std::scoped_lock lock(mutex_);
    return scratch_;
}

}  // namespace sluice
