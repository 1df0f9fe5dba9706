#include "pipeline/run_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "pipeline/memory_budget.hpp"
#include "pipeline/registry.hpp"

namespace sluice {

Result<Config> load_run_config(const RunOptions& options) {
    if (std::error_code ignored; !std::filesystem::is_directory(options.base, ignored))
        return config_error("no_folder", fmt::format("--chdir {}: there is no such folder", options.base.string()));
    return load_config(options.config, config_schemas());
}

int thread_count(const RunOptions& options) {
    const int wanted =
        options.threads > 0 ? options.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    return std::min(wanted, most_threads(memory_budget(options)));
}

std::uint64_t memory_budget(const RunOptions& options) {
    return options.memory_bytes > 0 ? options.memory_bytes : default_memory_budget();
}

PartCacheLimits read_ahead(const RunOptions& options, std::size_t sources) {
    constexpr std::uint64_t kParts = 3;
    constexpr std::uint64_t kLeast = std::uint64_t{4} << 20U;
    constexpr std::uint64_t kFetching = 8;
    const auto readers = static_cast<std::size_t>(thread_count(options));
    const std::uint64_t allowed = memory_budget(options) / 8 / std::max<std::size_t>(1, sources);
    PartCacheLimits limits{.bytes = std::max(kLeast, std::min(kParts * PartCache::kPart * readers, allowed)),
                           .readers = readers};
    limits.threads = std::clamp<std::size_t>(limits.bytes / limits.part(), 1, kFetching);
    return limits;
}

}  // namespace sluice
