// What the options of a run mean where they leave something open. Used by `run`, and by the commands that tell or try
// what a run would do.
#pragma once

#include <cstddef>
#include <cstdint>

#include "io/part_cache.hpp"
#include "pipeline/run.hpp"

namespace sluice {

inline constexpr std::uint64_t kDefaultBlockSize = 1ULL << 20;

// The config of the request; fails (kind config) for a --chdir that is no folder, or with every fault of the config.
[[nodiscard]] Result<Config> load_run_config(const RunOptions& options);
// As asked for, else as many as the machine has; but no more than the memory budget has room for.
[[nodiscard]] int thread_count(const RunOptions& options);
// As asked for, else the default budget.
[[nodiscard]] std::uint64_t memory_budget(const RunOptions& options);
// What each of `sources` may read ahead: three parts of 8 MiB for each thread, all sources together within an eighth of
// the memory, but no source less than 4 MiB.
[[nodiscard]] PartCacheLimits read_ahead(const RunOptions& options, std::size_t sources);

}  // namespace sluice
