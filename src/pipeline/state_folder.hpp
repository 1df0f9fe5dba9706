// Where a pipeline keeps what it knows from run to run: the ledger, the quarantine, the schemas of its sources.
#pragma once

#include <filesystem>

#include "config/config.hpp"
#include "pipeline/run.hpp"
#include "utils/result.hpp"

namespace sluice {

// With --to, `.sluice` in that folder; else what the config's `state` says; else `.sluice` in the folder that the
// config's paths start from.
[[nodiscard]] std::filesystem::path state_folder(const RunOptions& options, const Config& config);
// Whether there is a place for it. A config that did not load says nothing of where, and a run that publishes nothing
// does not make the folder that it lies in, unless `state` names it.
[[nodiscard]] bool has_state_folder(const RunOptions& options, const Config& config);
// state_folder() for commands that look at what is there, and need no config for it: without one, or with a default
// config that does not load, `.sluice`. Fails for a config that was named and does not load.
[[nodiscard]] Result<std::filesystem::path> find_state_folder(const RunOptions& options);

}  // namespace sluice
