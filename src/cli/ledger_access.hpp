// Opens the ledger for commands that read it.
#pragma once

#include <filesystem>
#include <memory>

#include "monitoring/ledger/ledger.hpp"
#include "utils/result.hpp"

namespace sluice {

// Null when there is none. What opening has to tell goes to stderr. Where the log of an earlier version lies that no
// run has taken in yet, it is taken in now, if the folder can be written to.
[[nodiscard]] Result<std::unique_ptr<Ledger>> open_ledger(const std::filesystem::path& state);

}  // namespace sluice
