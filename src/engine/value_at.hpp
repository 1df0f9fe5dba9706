// Fetches one value of a source again, for a message that must show what is at fault.
#pragma once

#include <string>

#include "rows/scan.hpp"

namespace sluice {

// The value of `column` in the row at `row` as it is written, cut after 60 bytes; "" when it cannot be read any more.
// Reads the source up to that row.
[[nodiscard]] std::string value_at(const ScannableSource& source, const std::string& column, Ordinal row);

}  // namespace sluice
