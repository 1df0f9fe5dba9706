// A JSON document: an array of objects, each a row, or one object.
#pragma once

#include <memory>

#include "formats/scan/row_format.hpp"

namespace sluice::formats::json {

[[nodiscard]] std::unique_ptr<const RowFormat> json_format();

}  // namespace sluice::formats::json
