// `max_bad_rows`: how many rows of a source may be bad in a run that publishes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.hpp"

namespace sluice {

struct BadRowLimit {
    std::uint64_t rows = 0;
    std::optional<std::uint64_t> millionths;  // of the source's rows, good and bad: then `rows` says nothing
    std::string text = "0";                   // as it is written

    [[nodiscard]] bool allows(std::uint64_t bad, std::uint64_t all) const;
};

// "0", "412", "0.5%": whole numbers, percentages up to 100 with at most four digits after the point.
[[nodiscard]] std::optional<BadRowLimit> parse_bad_row_limit(std::string_view text);

[[nodiscard]] Field max_bad_rows_field();
[[nodiscard]] BadRowLimit bad_row_limit(const Section& section, Diagnostics& diagnostics);

}  // namespace sluice
