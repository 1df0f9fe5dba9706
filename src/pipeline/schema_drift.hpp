// What columns a source had in the last good run, and how it differs now: `.sluice/schemas/<pipeline>/<source>.json`.
//
//   {"sluice": 1, "run": TEXT, "columns": [{"name": TEXT, "kinds": ["null" | "boolean" | "number" | "text" | "array" |
//    "object", ...]}, ...]}
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice {

struct KeptSchema {
    std::string run;
    struct Column {
        std::string name;
        std::vector<std::string> kinds;  // in the order above
    };
    std::vector<Column> columns;
};

[[nodiscard]] KeptSchema schema_of(const std::string& run, const ScanSummary& summary);

// `state` is `.sluice` or what stands for it. Nothing where none is kept, or none that can be read.
[[nodiscard]] std::optional<KeptSchema> read_schema(const std::filesystem::path& state, const std::string& pipeline,
                                                    const std::string& source);
// Replaces what is kept, whole. Fails (kind external) without consequences for the run.
[[nodiscard]] Result<> keep_schema(const std::filesystem::path& state, const std::string& pipeline,
                                   const std::string& source, const KeptSchema& schema);

// Columns that are new or gone, and those with a kind of value that they did not have; null is of every kind.
[[nodiscard]] DriftReport drift_between(const KeptSchema& before, const KeptSchema& now);
// "source 'a' is not as it was in run R: new columns: 'x' (number); gone: 'y'; wider: 'z' was number and is number or
// text".
[[nodiscard]] std::string drift_sentence(const std::string& source, const DriftReport& drift);

}  // namespace sluice
