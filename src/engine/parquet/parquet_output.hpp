// Writes rows as a Parquet file, through DuckDB. The rows go into a table first, since a type is chosen from all of a
// column's values (parquet_type.hpp); it spills to disk when memory is short. Files that are read as one table get the
// types that all of their rows have together (parquet_survey.hpp).
//
// Times are TIMESTAMP in microseconds, adjusted to UTC; a timestamp_ns is a TIMESTAMP in nanoseconds, which Parquet
// through DuckDB has without zone: UTC. What `timestamps: epoch_ms` and `durations` say holds here too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/parquet/parquet_survey.hpp"
#include "formats/format_writer.hpp"
#include "formats/value_rendering.hpp"
#include "rows/row_stream.hpp"
#include "utils/compression.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct ParquetRequest {
    std::filesystem::path path;  // absolute; no such file, but its folder
    ValueStyle style;
    const ParquetTypes* types = nullptr;  // of all columns, surveyed before in more rows; null: what these rows say
    CompressionChoice compression;        // of the pages
    int threads = 1;
    std::uint64_t memory_bytes = 0;       // 0: DuckDB's default
    std::filesystem::path temp_dir = {};  // where it may spill
    const StopFlag* stop = nullptr;       // may be null
};

// Fails (kind data) where readers of Parquet cannot take the columns or tell them apart: as write_parquet() does, and
// for files in folders with the columns that the folders name.
[[nodiscard]] Result<> check_parquet_names(const std::vector<OutputColumn>& columns);

// Writes all of `rows`; the same rows give the same bytes, whatever the threads and the memory. What the file says of
// itself - its rows, each column's nulls, the least and the greatest integer - is compared with what was counted on the
// way; a difference is an internal error. Fails (kind data) for rows without columns (code "rows_without_columns"), for
// names that Parquet's readers cannot tell apart or take ("column_names"), for a timestamp_ns beyond the years 1677 to
// 2262 ("bad_timestamp"). Warns of types where it chooses them itself.
[[nodiscard]] Result<WrittenRows> write_parquet(RowStream& rows, const ParquetRequest& request);

}  // namespace sluice
