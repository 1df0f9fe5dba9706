// What the ledger says of the runs before this one: since when it has been failing, what the last good run was, how
// long runs take, and which died.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/report.hpp"

namespace sluice {

// How many earlier runs are looked at.
inline constexpr std::size_t kRunsLookedAt = 50;

struct RunPast {
    std::optional<RunReport> last_good;
    // Of the runs since the last good one that failed or died, without the present one.
    std::size_t failed = 0;
    std::optional<WallTime> failing_since;
    std::vector<RunReport> crashed;                        // the oldest first, no older than the last good run's start
    std::vector<std::chrono::duration<double>> durations;  // of the last good runs, at most twenty
};

// `earlier`: runs of the same pipeline, the newest first. Dry runs, replays and those that still run count for nothing.
[[nodiscard]] RunPast past_of(const RunReport& report, const std::vector<RunReport>& earlier);

// Nothing without at least five good runs.
[[nodiscard]] std::optional<std::chrono::duration<double>> usual_duration(const RunPast& past);

}  // namespace sluice
