// Runs a pipeline once, from config text to published outputs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "monitoring/progress.hpp"
#include "monitoring/report.hpp"
#include "monitoring/run_listener.hpp"
#include "pipeline/replay.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct RunOptions {
    ConfigRequest config;
    std::filesystem::path base = ".";  // --chdir
    int threads = 0;                   // 0: as many as the machine has
    std::uint64_t block_size = 0;      // 0: the default
    std::uint64_t memory_bytes = 0;    // 0: the default
    std::optional<std::filesystem::path> temp_dir;
    std::vector<std::string> only;            // outputs, by file or from
    std::optional<std::filesystem::path> to;  // --to
    bool dry_run = false;
    std::optional<ReplayRequest> replay = {};  // bring mended rows of an earlier run in
    std::vector<std::string> without;          // names of rewrites
    std::string command = "sluice run";        // as it was typed: what a failure tells to type again
    RunListener* listener = nullptr;           // hears what the run does; may be null; outlives it
};

// Never throws. The report is filled as far as the run came, also when it failed (report.error).
[[nodiscard]] RunReport run_pipeline(const RunOptions& options, Progress& progress, StopFlag& stop);

}  // namespace sluice
