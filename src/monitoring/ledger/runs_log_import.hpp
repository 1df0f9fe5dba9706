// Takes the runs of `runs.jsonl`, in which earlier versions kept a report a line, into the ledger.
#pragma once

#include <filesystem>

#include "monitoring/ledger/ledger.hpp"
#include "utils/result.hpp"

namespace sluice {

// Runs that the ledger has already stay as they are; lines that are no reports are left out. Then the file is renamed
// to runs.jsonl.imported, so that it happens once and nothing is lost. Does nothing where there is no such file.
[[nodiscard]] Result<> import_runs_log(const std::filesystem::path& state, Ledger& ledger);

}  // namespace sluice
