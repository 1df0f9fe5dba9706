// Times of runs, and as text: "2026-11-28T03:00:00.123456Z", UTC, no fraction where it is zero.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "monitoring/report.hpp"

namespace sluice {

// Now, to the microsecond: what is written and read again is the same time.
[[nodiscard]] WallTime wall_now();
[[nodiscard]] std::string wall_time_text(WallTime time);
// Nothing when the text is no such time.
[[nodiscard]] std::optional<WallTime> parse_wall_time(std::string_view text);
// `seconds` after `start`.
[[nodiscard]] WallTime later(WallTime start, double seconds);

}  // namespace sluice
