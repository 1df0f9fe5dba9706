// Opens the ledger for commands that read it.
#pragma once

#include <filesystem>
#include <memory>

#include "monitoring/ledger/ledger.hpp"
#include "pipeline/run.hpp"
#include "utils/result.hpp"

namespace sluice {

// Null when there is none. What opening has to tell goes to stderr. Where the log of an earlier version lies that no
// run has taken in yet, it is taken in now, if the folder can be written to.
[[nodiscard]] Result<std::unique_ptr<Ledger>> open_ledger(const std::filesystem::path& state);

// For commands about one run, where there is no ledger.
[[nodiscard]] Error no_ledger(const std::filesystem::path& state);
// A config that was named tells whose runs are meant; "" where none was, for those of all pipelines.
[[nodiscard]] Result<std::string> pipeline_of(const RunOptions& options);

}  // namespace sluice
