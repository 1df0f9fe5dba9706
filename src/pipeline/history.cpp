#include "pipeline/history.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "monitoring/wall_time.hpp"
#include "pipeline/kept_logs.hpp"
#include "pipeline/quarantine.hpp"
#include "pipeline/run_identity.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;

bool is_old(const Pruning& pruning, WallTime start, WallTime now) {
    return !pruning.older_than || start < now - *pruning.older_than;
}

// Those that a ledger which was lost knew of.
void add_unknown(const fs::path& state, const std::set<std::string>& known, const Pruning& pruning, WallTime now,
                 std::vector<PrunedRun>& pruned) {
    if (!pruning.older_than || pruning.keep) return;
    std::error_code absent;
    for (fs::directory_iterator entry(quarantine_folder(state, ""), absent);
         !absent && entry != fs::directory_iterator(); entry.increment(absent)) {
        const std::string run = entry->path().filename().string();
        const auto start = run_start(run);
        if (start && !known.contains(run) && is_old(pruning, *start, now))
            pruned.push_back({.run = run, .pipeline = {}, .start = *start, .has_quarantine = true});
    }
}

}  // namespace

Result<std::vector<PrunedRun>> runs_to_prune(const fs::path& state, const Ledger& ledger, const Pruning& pruning,
                                             WallTime now) {
    std::vector<PrunedRun> pruned;
    std::set<std::string> known;
    std::map<std::string, std::uint64_t> kept;  // by pipeline
    TRY_ASSIGN(const auto runs, ledger.runs({.parts = false}));
    std::error_code ignored;
    for (const RunReport& run : runs) {
        known.insert(run.run);
        if (pruning.keep && kept[run.pipeline]++ < *pruning.keep) continue;
        if (run.status == "running" || !is_old(pruning, run.start, now)) continue;
        pruned.push_back({.run = run.run,
                          .pipeline = run.pipeline,
                          .start = run.start,
                          .has_quarantine = fs::exists(quarantine_folder(state, run.run), ignored)});
    }
    add_unknown(state, known, pruning, now, pruned);
    std::ranges::sort(pruned, [](const PrunedRun& a, const PrunedRun& b) { return a.start < b.start; });
    return pruned;
}

Result<> remove_runs(const fs::path& state, Ledger& ledger, const std::vector<PrunedRun>& runs) {
    std::vector<std::string> names;
    for (const PrunedRun& run : runs) {
        std::error_code failure;
        const fs::path folder = quarantine_folder(state, run.run);
        if (run.has_quarantine) fs::remove_all(folder, failure);
        if (failure) return system_error("remove", folder.string(), failure.value());
        const fs::path log = kept_log(state, run.run);
        fs::remove(log, failure);
        if (failure) return system_error("remove", log.string(), failure.value());
        names.push_back(run.run);
    }
    return names.empty() ? Result<>() : ledger.remove(names);
}

Result<> prune_runs(const fs::path& state, Ledger& ledger, const Pruning& pruning, WallTime now) {
    TRY_ASSIGN(const auto runs, runs_to_prune(state, ledger, pruning, now));
    return remove_runs(state, ledger, runs);
}

}  // namespace sluice
