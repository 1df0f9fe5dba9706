// The first pass over a source: its columns, kinds of values and numbers, by all threads, without DuckDB.
#pragma once

#include "plan/relational/bound_relation.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

// `settled`: for a source that looks at its rows while they are read: none is read otherwise than a load reads it.
// `resident`, which may be null, becomes the most memory that was resident meanwhile, where that is more.
[[nodiscard]] Result<ScanSummary> survey_source(const ScannableSource& source, int threads, ScanProgress* progress,
                                                const StopFlag* stop, BadRowSink* bad_rows = nullptr,
                                                bool settled = false, std::uint64_t* resident = nullptr);

// The columns of a source, `index` in LogicalPlan::sources, as its summary and its declared types tell them.
[[nodiscard]] std::vector<BoundColumn> source_columns(const ScannableSource& source, std::size_t index,
                                                      const ScanSummary& summary);

}  // namespace sluice
