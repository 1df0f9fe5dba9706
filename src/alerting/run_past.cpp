#include "alerting/run_past.hpp"

#include <algorithm>

#include "utils/median.hpp"

namespace sluice {
namespace {

constexpr std::size_t kDurations = 20;
constexpr std::size_t kFewestDurations = 5;

bool counts(const RunReport& report, const RunReport& run) {
    return run.run != report.run && run.pipeline == report.pipeline && !run.dry_run && run.status != "running";
}

}  // namespace

RunPast past_of(const RunReport& report, const std::vector<RunReport>& earlier) {
    RunPast past;
    for (const RunReport& run : earlier) {
        if (!counts(report, run)) continue;
        const bool good = run.status == "done";
        if (good && !past.last_good) past.last_good = run;
        if (good && run.replay_of.empty() && past.durations.size() < kDurations)
            past.durations.emplace_back(run.end - run.start);
        if (good || past.last_good) continue;
        if (run.status == "crashed") past.crashed.insert(past.crashed.begin(), run);
        // A run that someone stopped at a keyboard neither ends an outage nor begins one.
        if (run.status != "failed" && run.status != "crashed") continue;
        ++past.failed;
        past.failing_since = run.start;
    }
    return past;
}

std::optional<std::chrono::duration<double>> usual_duration(const RunPast& past) {
    if (past.durations.size() < kFewestDurations) return std::nullopt;
    return median(past.durations);
}

}  // namespace sluice
