// Why a line is no row, and where.
//
// The reader's fast walk only says that a line is bad. diagnose_syntax() is a second, simple and strict reader of one
// line. It shares no code with the walk, so tests hold the two against each other.
#pragma once

#include <optional>
#include <string_view>

#include "formats/scan/fault.hpp"

namespace sluice::formats::jsonl {

// The first fault of syntax in a line (without its newline) that is not all white space, or nothing.
[[nodiscard]] std::optional<RowFault> diagnose_syntax(std::string_view line);

}  // namespace sluice::formats::jsonl
