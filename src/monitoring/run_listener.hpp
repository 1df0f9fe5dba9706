// Hears what a run does while it does it, stage by stage. Called from the run's own thread, in order: run_started(),
// for each stage stage_started(), what happens in it, stage_ended(); run_ended() last, also after a failure.
#pragma once

#include <string_view>

#include "monitoring/report.hpp"

namespace sluice {

class RunListener {
public:
    virtual ~RunListener() = default;
    // The run has its id; nothing else is known yet.
    virtual void run_started(const RunReport& report) = 0;
    virtual void stage_started(std::string_view stage) = 0;
    // Again when something else is missing, and once more when the wait is over.
    virtual void source_waits(const WaitReport& wait) = 0;
    virtual void source_read(const SourceReport& source) = 0;
    virtual void output_written(const OutputReport& output) = 0;
    virtual void stage_ended(const StageReport& stage) = 0;
    // The report is complete, with its warnings and, where there is one, the failure.
    virtual void run_ended(const RunReport& report) = 0;
};

}  // namespace sluice
