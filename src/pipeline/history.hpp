// Removes old runs: their rows in the ledger, their logs, and the rows that they rejected.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/ledger/ledger.hpp"
#include "utils/result.hpp"

namespace sluice {

// Which runs go: those to which every condition that is set applies. At least one is.
struct Pruning {
    std::optional<std::chrono::milliseconds> older_than;  // by their start
    std::optional<std::uint64_t> keep;                    // all but the newest so many of each pipeline
};

struct PrunedRun {
    std::string run;
    std::string pipeline;  // "" for one that the ledger does not know: only its rejected rows are there
    WallTime start;
    bool has_quarantine = false;
};

// The oldest first. A run that has not ended stays.
[[nodiscard]] Result<std::vector<PrunedRun>> runs_to_prune(const std::filesystem::path& state, const Ledger& ledger,
                                                           const Pruning& pruning, WallTime now);
// The rejected rows first, so that what could not be removed is found again.
[[nodiscard]] Result<> remove_runs(const std::filesystem::path& state, Ledger& ledger,
                                   const std::vector<PrunedRun>& runs);
// Both.
[[nodiscard]] Result<> prune_runs(const std::filesystem::path& state, Ledger& ledger, const Pruning& pruning,
                                  WallTime now);

}  // namespace sluice
