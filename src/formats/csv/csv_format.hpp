// CSV and TSV: RFC 4180, with the dialects that are met in the field. docs/reference/csv.md has the rules.
#pragma once

#include <memory>
#include <vector>

#include "formats/csv/dialect.hpp"
#include "formats/scan/row_format.hpp"
#include "utils/result.hpp"

namespace sluice::formats::csv {

// Reads the beginning of each file. Fails as read_layout() does.
[[nodiscard]] Result<std::unique_ptr<const RowFormat>> csv_format(const InputSet& inputs, const Declared& declared);

}  // namespace sluice::formats::csv
