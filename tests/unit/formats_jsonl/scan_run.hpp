// Runs scans over small inputs and lays their results out for comparison.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/input_file.hpp"
#include "rows/scan.hpp"

namespace sluice::formats::jsonl {

struct ScanSetup {
    std::uint64_t block_size = std::uint64_t{1} << 20U;
    std::uint64_t max_line = std::uint64_t{256} << 20U;
    int readers = 1;  // more than one: as many threads
    DeclaredTypes types = {};
    std::vector<std::string> slots = {};
    std::vector<std::string> surveyed = {};
    bool survey_all = false;
    bool entries = true;
    bool may_start_over = false;  // then the run starts over as scan_settled() does
};

struct ScannedRow {
    Ordinal ordinal = 0;
    std::string text;                // `"name":value,` for each entry, in written order; names decoded
    std::vector<std::string> slots;  // "" for a missing key
    bool operator==(const ScannedRow&) const = default;
};

struct ScanRun {
    std::vector<ScannedRow> rows;  // by ordinal
    ScanSummary summary;
    int scans = 0;  // that it took
};

// Temporary files with these contents, named "a", "b", ... in that order. They are unlinked.
[[nodiscard]] std::vector<InputFile> files_of(const std::vector<std::string>& contents);
// A source of JSON lines over temporary files with these contents.
[[nodiscard]] std::unique_ptr<ScannableSource> source_of(const std::vector<std::string>& contents,
                                                         const ScanSetup& setup = {});
[[nodiscard]] ScanRun run_scan(const ScannableSource& source, const ScanSetup& setup = {});
[[nodiscard]] ScanRun scan_text(std::string content, const ScanSetup& setup = {});

// All that must not depend on threads and block size, as text to compare.
[[nodiscard]] std::string laid_out(const ScanRun& run);

// The code of the only line, or "" for a row.
[[nodiscard]] std::string verdict(std::string_view line);

}  // namespace sluice::formats::jsonl
