#include "pipeline/kept_logs.hpp"

#include <algorithm>
#include <vector>

#include "pipeline/run_identity.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "logs";
constexpr const char* kExtension = ".jsonl";

}  // namespace

fs::path kept_log(const fs::path& state, const std::string& run) { return state / kFolder / (run + kExtension); }

Result<fs::path> place_for_log(const fs::path& state, const std::string& run) {
    fs::path file = kept_log(state, run);
    std::error_code failure;
    fs::create_directories(file.parent_path(), failure);
    if (failure) return system_error("make the folder", file.parent_path().string(), failure.value());
    return file;
}

// Ids sort by their start.
void remove_old_logs(const fs::path& state, std::optional<std::chrono::milliseconds> history, WallTime now) {
    std::vector<std::string> runs;
    std::error_code failure;
    for (fs::directory_iterator entry(state / kFolder, failure); !failure && entry != fs::directory_iterator();
         entry.increment(failure)) {
        std::string run = entry->path().stem().string();
        if (entry->path().extension() == kExtension && is_run_id(run)) runs.push_back(std::move(run));
    }
    std::ranges::sort(runs, std::ranges::greater());
    for (std::size_t index = 0; index < runs.size(); ++index) {
        const auto start = run_start(runs[index]);
        const bool is_old = history && start && *start < now - *history;
        if (index >= kMostKeptLogs || is_old) fs::remove(kept_log(state, runs[index]), failure);
    }
}

}  // namespace sluice
