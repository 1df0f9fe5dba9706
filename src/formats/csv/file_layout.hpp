// Finds out how a CSV file is written: its delimiter, and the columns that its header names.
//
// A declared delimiter is taken. Otherwise each of , ; tab | is tried on the first row that has a byte. One that leaves
// it whole is out. If several cut it, the whole file is read for each: the one for which most rows have as many cells
// as the first is the delimiter; then the one that gives more cells; then the first of the list. If none cuts it, the
// file has one column.
#pragma once

#include "formats/csv/dialect.hpp"
#include "formats/scan/input_set.hpp"
#include "utils/result.hpp"

namespace sluice::formats::csv {

// Fails when the file cannot be read, and (kind data) for a header row that is no row of CSV or has a name twice.
[[nodiscard]] Result<FileLayout> read_layout(const InputSet& inputs, std::size_t file, const Declared& declared);

}  // namespace sluice::formats::csv
