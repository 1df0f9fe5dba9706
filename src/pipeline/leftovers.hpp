// Removes what a pipeline left in buckets under names that its config no longer has.
#pragma once

#include <string>
#include <vector>

#include "loaders/destination.hpp"
#include "monitoring/report.hpp"
#include "pipeline/run.hpp"
#include "utils/result.hpp"

namespace sluice {

struct SweptBucket {
    std::string address;
    Leftovers left;
};

// `runs`: what the ledger knows. Holds each bucket's prefix meanwhile, so that no run is under way there, and finishes
// what a dead run had decided. A dry run removes nothing else.
[[nodiscard]] Result<std::vector<SweptBucket>> remove_leftovers(const RunOptions& options,
                                                                const std::vector<RunReport>& runs, bool dry_run,
                                                                const StopFlag& stop);

}  // namespace sluice
