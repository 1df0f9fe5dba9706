// JSON lines: each line that is not blank is one JSON object (https://jsonlines.org, RFC 8259).
#pragma once

#include <memory>

#include "formats/scan/row_format.hpp"

namespace sluice::formats::jsonl {

[[nodiscard]] std::unique_ptr<const RowFormat> jsonl_format();

}  // namespace sluice::formats::jsonl
