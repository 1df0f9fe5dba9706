// Judges the columns that were read: against the schema and the types that the config declares, and against those of
// the last good run. A source without rows says nothing of its columns.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "pipeline/missing_columns.hpp"
#include "pipeline/read_source.hpp"
#include "utils/result.hpp"

namespace sluice {

// Of which run the columns are; `state` is `.sluice` or what stands for it.
struct ColumnOrigin {
    std::filesystem::path state;
    std::string pipeline;
    std::string run;
};

// `report` holds those of `sources`, and gets their drift and warnings. Fails (kind data) where `drift: fail` says so.
[[nodiscard]] Result<> judge_columns(const std::vector<ReadSource>& sources, const ColumnOrigin& origin,
                                     RunReport& report, MissingColumnList& missing);

// Keeps what the next run compares with; for a run that has published, for only that is a good one. A failure is a
// warning.
void keep_schemas(const std::vector<ReadSource>& sources, const ColumnOrigin& origin,
                  std::vector<std::string>& warnings);

}  // namespace sluice
