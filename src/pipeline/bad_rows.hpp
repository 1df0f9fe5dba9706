// Judges the bad rows of a run's sources: how many there are, why, and whether the config allows so many.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "extractors/bad_row_limit.hpp"
#include "monitoring/report.hpp"
#include "pipeline/secret_mask.hpp"
#include "utils/error.hpp"

namespace sluice {

struct BadSource {
    SourceReport report;
    BadRowLimit limit;
    std::vector<BadRow> first;  // the first five

    [[nodiscard]] bool is_over() const { return !limit.allows(report.bad_rows, report.rows_read); }
};

// "412 of 9,812,004 rows (0.004%) of 'logs' are bad: 400 truncated, 12 bad_utf8".
[[nodiscard]] std::string bad_rows_sentence(const SourceReport& source);

// The error of a run in which some source has more bad rows than it may: how many of how many and why, and the first
// five of each with file:line, byte, reason and the text at fault with a caret under it. Nothing when none has. Secrets
// are masked in the text at fault.
[[nodiscard]] std::optional<Error> refuse_bad_rows(const std::vector<BadSource>& sources, const SecretMask& mask);

// The options of a command that accepts the bad rows that there are: "--set 'data_sources[logs].max_bad_rows=412'".
[[nodiscard]] std::string accepting_options(const std::vector<BadSource>& sources);

}  // namespace sluice
