// How the times of a column are written.
#pragma once

#include <compare>
#include <string>

namespace sluice {

// As `types:` says it. Small and ordered, so that it travels with a column; rows/time_reader.hpp reads by it.
struct TimeNotation {
    std::string timezone{};  // times without an offset are local times of this IANA zone; empty: UTC
    // "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", or a pattern such as "%d/%m/%Y %H:%M" (rows/time_pattern.hpp);
    // empty: as rows/timestamp.hpp reads them.
    std::string format{};

    auto operator<=>(const TimeNotation&) const = default;
    // Such times are numbers; all others are texts.
    [[nodiscard]] bool is_epoch() const noexcept { return format.starts_with("epoch_"); }
    // What follows a word for times in a message: " as epoch_ms", " of Asia/Jakarta", both or nothing.
    [[nodiscard]] std::string in_words() const {
        return (format.empty() ? "" : " as " + format) + (timezone.empty() ? "" : " of " + timezone);
    }
};

}  // namespace sluice
