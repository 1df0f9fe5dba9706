// What a run would do, found out without running it: `sluice plan`. Files are opened for their sizes, and the first
// block of each source is read for its columns and the length of its rows; programs are not run, and nothing is
// written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "monitoring/report.hpp"
#include "pipeline/run.hpp"

namespace sluice {

// How many rows there may be: from a source's size and the length of its first rows, so never exactly.
struct RowEstimate {
    enum class Kind { unknown, about, at_most };
    Kind kind = Kind::unknown;
    std::uint64_t rows = 0;
};

struct PlannedFile {
    std::string path;
    std::uint64_t bytes = 0;
};

struct PlannedSource {
    std::string name;
    std::string type;   // "file", "command"
    std::string place;  // in the config
    std::vector<PlannedFile> files;
    std::string program;                 // what a run starts; empty for files
    std::optional<std::uint64_t> bytes;  // nothing: only a run finds out
    RowEstimate rows;
    bool all_columns = true;
    std::vector<std::string> columns;                        // those needed, where it is not all of them
    std::vector<std::pair<std::string, std::string>> types;  // declared: column, type with its time zone
    std::vector<std::string> engines;                        // "native", "duckdb": who reads it
};

struct PlannedStep {
    std::string name;
    std::string kind;  // "join", "count_by", ...
    std::vector<std::string> inputs;
    std::string does;  // "user_activities with api_logs on user_id"
    std::string place;
    RowEstimate rows;
};

struct PlannedOutput {
    std::string name;
    std::string file;
    std::string format;
    CompressionChoice compression;
    std::vector<std::string> partition_by;
    bool sha256 = false;
    std::string from;
    std::string engine;  // "native" or "duckdb"
    std::string reason;
    std::vector<std::string> destinations;  // names of those that are on
};

struct PlannedCheck {
    std::string on;        // a source or step
    std::string check;     // "not_null(user_id)"
    std::string severity;  // "fail", "quarantine" or "warn"
    std::string how;       // "while 'api_logs' is read"
    std::string place;
};

struct PlannedRewrite {
    std::string name;
    bool on = true;
    std::vector<std::string> applies_to;  // outputs or sources
};

struct PlanDescription {
    std::string pipeline;
    std::string config_path;
    std::string config_hash;
    std::string environment;                                  // "" without one
    std::vector<std::pair<std::string, std::string>> params;  // as they are resolved
    int threads = 1;
    std::uint64_t memory_budget = 0;
    std::uint64_t native_memory = 0;  // the most that the native engine is expected to take
    bool uses_duckdb = false;         // it takes up to the budget, and spills to the temporary folder beyond
    std::vector<PlannedSource> sources;
    std::vector<PlannedStep> steps;
    std::vector<PlannedRewrite> rewrites;
    std::vector<PlannedOutput> outputs;
    std::vector<PlannedCheck> checks;
    std::vector<DestinationReport> destinations;  // those that are on, then those that are off
};

// Fails as the run would: a fault of the config, a file that is missing.
[[nodiscard]] Result<PlanDescription> describe_plan(const RunOptions& options);

// One JSON document with a newline at the end: docs/reference/plan.md.
[[nodiscard]] std::string plan_document(const PlanDescription& plan);

}  // namespace sluice
