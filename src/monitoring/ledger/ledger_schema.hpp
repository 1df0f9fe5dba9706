// The tables of the ledger, by version (SQLite's user_version). docs/reference/ledger.md describes them; change both
// together.
#pragma once

#include "monitoring/ledger/database.hpp"

namespace sluice {

// Brings the tables to the version of this program. Fails (kind external, "ledger_newer") for those of a newer one,
// which are left alone.
[[nodiscard]] Result<> migrate(Database& database);
// Fails as migrate() does for newer versions, without changing anything. False for a file without tables. Those of an
// earlier version lack the columns that were added since, which stand behind the others.
[[nodiscard]] Result<bool> has_tables(const Database& database);

}  // namespace sluice
