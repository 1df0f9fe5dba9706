// What a finished run can tell: the table at the end, `--format json` and the ledger all come from this.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/step_counts.hpp"
#include "rows/scan.hpp"
#include "utils/error.hpp"
#include "utils/process_identity.hpp"

namespace sluice {

using WallTime = std::chrono::system_clock::time_point;

struct StageReport {
    std::string name;  // "plan", "open", "read", "write", "commit"
    WallTime start;
    double seconds = 0;
    double cpu_seconds = 0;   // of all threads of the process
    std::uint64_t rows = 0;   // read or written in it
    std::uint64_t bytes = 0;  // the same
    std::uint64_t retries = 0;
    std::uint64_t peak_memory_bytes = 0;  // resident, up to its end
    double waiting_seconds = 0;           // of `seconds`: for files, for other runs, between tries of a request
};

// Values that were not of their declared type and became null.
struct NulledReport {
    std::string column;
    std::uint64_t values = 0;
    std::string first;  // file:line
};

struct DriftedColumn {
    std::string column;
    std::string from;  // kinds of values: "number", "number or text"; "" where it was not there
    std::string to;    // "" where it is gone
};

// How a source's columns differ from those of the last good run.
struct DriftReport {
    std::string since = {};  // that run
    std::vector<DriftedColumn> added = {};
    std::vector<DriftedColumn> removed = {};
    std::vector<DriftedColumn> widened = {};

    [[nodiscard]] bool empty() const { return added.empty() && removed.empty() && widened.empty(); }
};

struct SourceReport {
    std::string name;
    std::uint64_t rows_read = 0;  // = rows + bad_rows
    std::uint64_t rows = 0;       // given to the steps
    std::uint64_t bad_rows = 0;   // in quarantine
    std::map<std::string, std::uint64_t, std::less<>> bad_by_code = {};
    std::vector<NulledReport> nulled = {};
    DriftReport drift = {};
    std::uint64_t mended_rows = 0;   // of a replay: that stand for bad ones of the earlier run
    std::string max_bad_rows = "0";  // as the config has it
    std::string quarantine = {};     // the file with the bad rows; empty: there are none, or they could not be kept
    std::uint64_t bytes = 0;
    double seconds = 0;
};

// A row that an expectation was not met by.
struct CheckExample {
    std::string place;  // file:line; "" where the row is no line of a file
    std::string value;  // as the token that was read, or computed; cut
};

// What one expectation of a source or a step found.
struct CheckReport {
    std::string on;                           // the source or step
    std::string check;                        // as one would say it: "not_null(user_id)"
    std::string severity;                     // "fail", "quarantine" or "warn"
    bool met = true;                          // within its threshold
    std::uint64_t rows = 0;                   // that it looked at
    std::uint64_t failing = 0;                // of these
    std::string expected;                     // "at most 0.1% of rows", "between 1 and 5"
    std::string found;                        // "412 of 9,812,004 rows (0.004%)"
    std::vector<CheckExample> examples = {};  // the first five
};

// A source whose files are not there yet, or still change.
struct WaitReport {
    std::string source;
    std::string missing;  // "'a.jsonl' is not there"; "" once the wait is over, however it ended
    WallTime since;
    WallTime until;
};

struct OutputReport {
    std::string name;
    std::string file;
    std::string how;  // "native" or "duckdb"
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::optional<std::uint64_t> crc64nvme{};  // nothing where nothing was published, a dry run, or more than one file
    std::string sha256 = {};                   // hex; "" where it was not asked for
    std::optional<std::size_t> partitions{};   // files, of an output with partition_by
    double seconds = 0;
    std::vector<std::size_t> destinations = {};  // where it goes: indices into RunReport::destinations
};

struct DestinationReport {
    std::string name;
    std::string address;
    bool on = true;
    std::string off_reason;
    bool published = false;
};

// What became of an alert of the config.
struct AlertReport {
    std::string name;
    bool on = true;
    std::string off_reason = {};  // "webhook is empty"
    std::uint64_t sent = 0;       // messages that were delivered, also of earlier runs
    std::uint64_t kept = 0;       // messages that were not, and go out with the next run
};

struct RunReport {
    std::string run;
    std::string command;  // as it was typed
    ProcessIdentity process;
    std::string replay_of;  // the run whose mended rows this one read; "" for none
    std::string pipeline;
    std::string config_path;
    std::string config_hash;
    std::string environment;  // "" without one
    std::vector<std::pair<std::string, std::string>> params;
    WallTime start;
    WallTime end;
    std::string status;  // "running", "done", "failed", "interrupted", "crashed" (in the ledger: it died)
    bool dry_run = false;
    std::uint64_t peak_memory_bytes = 0;
    std::vector<std::string> memory_notes;  // what the memory budget made slower; whole sentences
    std::vector<StageReport> stages;
    std::vector<SourceReport> sources;
    std::vector<StepCounts> steps;
    std::vector<CheckReport> checks;
    std::vector<OutputReport> outputs;
    std::vector<DestinationReport> destinations;
    std::vector<AlertReport> alerts;  // empty where none was to be sent: a dry run, --to
    std::vector<std::string> warnings;
    std::vector<BadRow> bad_rows;  // the first five of each source
    std::optional<Error> error;
    std::vector<std::string> failure;  // the three lines: what failed and why; what is published; what to type next
};

// Whether its end is known: not of one that still runs or died.
[[nodiscard]] inline bool has_end(const RunReport& report) {
    return report.status != "running" && report.status != "crashed";
}

}  // namespace sluice
