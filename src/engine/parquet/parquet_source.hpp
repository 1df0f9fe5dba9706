// Parquet files as a source, read by DuckDB's reader: types are explicit there, so nothing is inferred.
// https://parquet.apache.org/docs/file-format/
#pragma once

#include <memory>
#include <vector>

#include "formats/scan/file_source.hpp"
#include "io/input_file.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice {

// Reads the footers. A row's ordinal is its number over all files, and its place is file:row. Row groups are read by
// several threads at once; `block_size` and `max_row` do not matter. Fails as read_footers() does.
[[nodiscard]] Result<std::unique_ptr<ScannableSource>> open_parquet(std::vector<InputFile> files,
                                                                    formats::SourceSettings settings);

}  // namespace sluice
