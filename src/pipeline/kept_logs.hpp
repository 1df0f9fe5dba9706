// The logs that runs leave in `.sluice/logs/`, one JSON lines file for each (docs/reference/run-log.md).
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "monitoring/report.hpp"
#include "utils/result.hpp"

namespace sluice {

// So many stay, the newest.
inline constexpr std::size_t kMostKeptLogs = 1000;

[[nodiscard]] std::filesystem::path kept_log(const std::filesystem::path& state, const std::string& run);
// Makes the folder too.
[[nodiscard]] Result<std::filesystem::path> place_for_log(const std::filesystem::path& state, const std::string& run);
// Removes those beyond the newest kMostKeptLogs, and those of runs that began longer ago than `history`. A file that is
// no log of a run stays.
void remove_old_logs(const std::filesystem::path& state, std::optional<std::chrono::milliseconds> history,
                     WallTime now);

}  // namespace sluice
