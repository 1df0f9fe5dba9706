// Compares a run with the last good ones of its pipeline: `expectations: {usual: ...}`. What is far from their median
// warns; it never refuses a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "config/config.hpp"
#include "monitoring/report.hpp"

namespace sluice {

// How far from the median, in millionths of it; nothing: not looked at.
struct UsualRange {
    std::size_t runs = 10;                       // that are looked at
    std::optional<std::uint64_t> rows;           // of each source and output
    std::optional<std::uint64_t> bytes;          // the same
    std::optional<std::uint64_t> duration;       // of the whole run; only one that is longer warns
    std::optional<std::uint64_t> failing_share;  // of each check that counts rows: in millionths of the rows
};

inline constexpr std::size_t kFewestRuns = 3;  // with fewer nothing is usual

// Nothing where the config does not ask for it.
[[nodiscard]] std::optional<UsualRange> usual_range(const Config& config, Diagnostics& faults);
// What of `run` is far from what `earlier` runs, the newest first, were.
[[nodiscard]] std::vector<CheckReport> unusual(const RunReport& run, const std::vector<RunReport>& earlier,
                                               const UsualRange& range);
// Adds what is unusual of a finished run to its checks and warnings. `state` is `.sluice` or what stands for it; a
// ledger that cannot be read is a warning.
void compare_with_earlier_runs(const Config& config, const std::filesystem::path& state, RunReport& run);

}  // namespace sluice
