#include "monitoring/ledger/ledger_schema.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace sluice {
namespace {

// The step from version N to N + 1. A published step is never changed: later versions add to the list.
constexpr std::array<std::string_view, 2> kSteps{R"(
CREATE TABLE runs (
  id TEXT PRIMARY KEY NOT NULL,
  pipeline TEXT NOT NULL, config TEXT NOT NULL, config_hash TEXT NOT NULL, environment TEXT NOT NULL,
  params TEXT NOT NULL, command TEXT NOT NULL, replay_of TEXT NOT NULL, dry_run INTEGER NOT NULL,
  started TEXT NOT NULL, ended TEXT,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'interrupted', 'crashed')),
  exit_code INTEGER, error_kind TEXT, error_code TEXT, error_message TEXT, error_retryable INTEGER,
  host TEXT NOT NULL, pid INTEGER, boot TEXT, process_space TEXT, process_start INTEGER,
  peak_memory_bytes INTEGER);
CREATE INDEX runs_by_start ON runs (started, id);
CREATE INDEX runs_unfinished ON runs (status) WHERE status = 'running';
CREATE TABLE stages (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  name TEXT NOT NULL, started TEXT NOT NULL, ended TEXT NOT NULL, seconds REAL NOT NULL, cpu_seconds REAL NOT NULL,
  rows INTEGER NOT NULL, bytes INTEGER NOT NULL, retries INTEGER NOT NULL, peak_memory_bytes INTEGER NOT NULL,
  PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE TABLE sources (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  name TEXT NOT NULL, rows_read INTEGER NOT NULL, rows INTEGER NOT NULL, bad_rows INTEGER NOT NULL,
  mended_rows INTEGER NOT NULL, bytes INTEGER NOT NULL, seconds REAL NOT NULL,
  max_bad_rows TEXT NOT NULL, quarantine TEXT NOT NULL,
  bad_by_code TEXT NOT NULL, nulled TEXT NOT NULL, drift TEXT NOT NULL,
  PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE TABLE steps (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  name TEXT NOT NULL, rows_in TEXT NOT NULL, rows_out INTEGER NOT NULL, filtered INTEGER NOT NULL,
  unmatched_left INTEGER NOT NULL, unmatched_right INTEGER NOT NULL, fan_out INTEGER NOT NULL, seconds REAL NOT NULL,
  deduplicated INTEGER NOT NULL,
  PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE TABLE outputs (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  name TEXT NOT NULL, file TEXT NOT NULL, how TEXT NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
  crc64nvme TEXT, sha256 TEXT, partitions INTEGER, seconds REAL NOT NULL,
  PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE TABLE destinations (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  name TEXT NOT NULL, address TEXT NOT NULL, is_on INTEGER NOT NULL, off_reason TEXT NOT NULL,
  published INTEGER NOT NULL,
  PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE TABLE deliveries (
  run TEXT NOT NULL, output INTEGER NOT NULL, destination INTEGER NOT NULL,
  PRIMARY KEY (run, output, destination),
  FOREIGN KEY (run, output) REFERENCES outputs (run, position) ON DELETE CASCADE,
  FOREIGN KEY (run, destination) REFERENCES destinations (run, position) ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE messages (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('warning', 'failure')), text TEXT NOT NULL,
  PRIMARY KEY (run, position)) WITHOUT ROWID;
)",
                                                 R"(
CREATE TABLE checks (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  checked TEXT NOT NULL, expectation TEXT NOT NULL, severity TEXT NOT NULL, met INTEGER NOT NULL,
  rows INTEGER NOT NULL, failing INTEGER NOT NULL, expected TEXT NOT NULL, found TEXT NOT NULL,
  places TEXT NOT NULL,
  PRIMARY KEY (run, position)) WITHOUT ROWID;
ALTER TABLE stages ADD COLUMN waiting_seconds REAL NOT NULL DEFAULT 0;
ALTER TABLE stages ADD COLUMN rows_per_second REAL GENERATED ALWAYS AS (rows / nullif(seconds, 0));
ALTER TABLE stages ADD COLUMN bytes_per_second REAL GENERATED ALWAYS AS (bytes / nullif(seconds, 0));
)"};

Result<std::size_t> version_of(const Database& database) {
    TRY_ASSIGN(const std::string text, database.value("PRAGMA user_version"));
    std::size_t version = 0;
    std::from_chars(text.data(), text.data() + text.size(), version);
    if (version > kSteps.size())
        return external_error("ledger_newer",
                              fmt::format("the ledger has version {}, and this Sluice knows version {}: a newer Sluice "
                                          "wrote it. Use that one, or move ledger.db away",
                                          version, kSteps.size()));
    return version;
}

}  // namespace

Result<> migrate(Database& database) {
    TRY_ASSIGN(const std::size_t present, version_of(database));
    if (present == kSteps.size()) return {};
    TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
    // Another run may have been quicker.
    TRY_ASSIGN(std::size_t version, version_of(database));
    for (; version < kSteps.size(); ++version) TRY(database.execute(std::string(kSteps[version])));
    TRY(database.execute(fmt::format("PRAGMA user_version = {}", kSteps.size())));
    return transaction.commit();
}

Result<bool> has_tables(const Database& database) {
    TRY_ASSIGN(const std::size_t version, version_of(database));
    return version > 0;
}

}  // namespace sluice
