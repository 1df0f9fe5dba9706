#include "pipeline/state_folder.hpp"

#include "pipeline/run_settings.hpp"

namespace sluice {

namespace {

constexpr const char* kFolder = ".sluice";

}  // namespace

std::filesystem::path state_folder(const RunOptions& options, const Config& config) {
    if (options.to) return *options.to / kFolder;
    return options.base / (config.state.empty() ? std::filesystem::path(kFolder) : config.state);
}

bool has_state_folder(const RunOptions& options, const Config& config) {
    if (config.pipeline.empty()) return false;
    if (!config.state.empty() && !options.to) return true;
    std::error_code absent;
    return std::filesystem::exists(options.to ? *options.to : options.base, absent);
}

Result<std::filesystem::path> find_state_folder(const RunOptions& options) {
    if (options.to) return *options.to / kFolder;
    auto config = load_run_config(options);
    if (config) return state_folder(options, *config);
    if (options.config.path) return std::move(config).error();
    return options.base / kFolder;
}

}  // namespace sluice
