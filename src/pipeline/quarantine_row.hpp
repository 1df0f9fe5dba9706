// A line of a quarantine file: a bad row with its place, its reason and its bytes, as a JSON object.
//
//   {"source": TEXT, "file": TEXT, "line": N, "byte": N, "length": N, "fault": N, "code": TEXT, "message": TEXT,
//    "column": TEXT, "checksum": 16 HEX DIGITS, ["raw_length": N,] ["masked": true,]
//    "raw": TEXT | "raw_base64": TEXT}
//
// docs/reference/quarantine.md says what each means; change both together. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/secret_mask.hpp"
#include "rows/bad_row.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice {

// Appends the row's line with its newline.
void append_quarantine_row(std::string_view source, const Place& place, const KeptRow& row, const SecretMask& mask,
                           std::string& out);

// What a replay needs of a line.
struct QuarantinedRow {
    std::string source;
    std::string file;
    std::uint64_t byte = 0;
    std::uint64_t length = 0;
    std::uint64_t checksum = 0;
    // The row as the line has it now, whether a person mended it or not; nothing if it is not all of the row.
    std::optional<std::string> raw;
};

// Fails (kind data) saying what is wrong with the line; the caller knows where it stands.
[[nodiscard]] Result<QuarantinedRow> parse_quarantine_row(std::string_view line);

}  // namespace sluice
