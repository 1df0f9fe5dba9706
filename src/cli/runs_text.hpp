// What `sluice runs` prints, as text and as JSON (docs/reference/ledger.md has the fields). Pure functions.
#pragma once

#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "pipeline/history.hpp"
#include "pipeline/leftovers.hpp"

namespace sluice {

// A line a run, in the given order.
[[nodiscard]] std::string runs_table(const std::vector<RunReport>& runs);
[[nodiscard]] std::string runs_document(const std::vector<RunReport>& runs);
// All of one run: stages, books, outputs, warnings, and why it failed.
[[nodiscard]] std::string run_text(const RunReport& run);
// `dry_run`: they are still there.
[[nodiscard]] std::string pruned_text(const std::vector<PrunedRun>& runs, bool dry_run);
[[nodiscard]] std::string swept_text(const std::vector<SweptBucket>& buckets, bool dry_run);
[[nodiscard]] std::string pruned_document(const std::vector<PrunedRun>& runs, const std::vector<SweptBucket>& buckets,
                                          bool dry_run);

}  // namespace sluice
