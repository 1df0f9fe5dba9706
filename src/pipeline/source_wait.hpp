// Tells of a source that waits for its files, to the progress display and to the run's listener.
#pragma once

#include <optional>
#include <string>

#include "io/input_wait.hpp"
#include "monitoring/progress.hpp"
#include "monitoring/run_listener.hpp"

namespace sluice {

// From one thread. Its destructor says that the wait is over, if there was one.
class SourceWait {
public:
    // Progress and listener outlive it.
    SourceWait(std::string source, Progress& progress, RunListener& listener);
    ~SourceWait();
    SourceWait(const SourceWait&) = delete;
    SourceWait& operator=(const SourceWait&) = delete;

    void tell(const InputWait& wait);

private:
    std::string source_;
    Progress& progress_;
    RunListener& listener_;
    std::optional<WaitReport> told_;
};

}  // namespace sluice
