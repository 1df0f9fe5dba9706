// Gives a run's metrics to Prometheus, by the file that the config's `metrics` names: docs/reference/metrics.md.
#pragma once

#include <filesystem>
#include <optional>

#include "config/config.hpp"
#include "monitoring/report.hpp"
#include "pipeline/run.hpp"

namespace sluice {

// The file that `metrics: {textfile: ...}` means, or an empty path: nothing is named, or the run publishes only a part,
// or elsewhere, or nothing (--only, --to, --dry-run), and so says nothing of how the pipeline fares.
[[nodiscard]] std::filesystem::path metrics_file(const RunOptions& options, const Config& config);

// Writes them; called once, when all else of the report is known. What goes wrong is a warning of the report. Waits at
// most a twentieth of the time that the run took, but 0.1 s where that is less and 2 s where it is more: what hangs is
// left to a thread that the process does not wait for at its end.
void export_metrics(const std::filesystem::path& file, std::optional<WallTime> last_success, RunReport& report);

}  // namespace sluice
