// Days of the Gregorian calendar, 0001-01-01 to 9999-12-31, as params of type date have them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "rows/timestamp.hpp"

namespace sluice {

using Day = std::chrono::year_month_day;

// "2026-11-22" and nothing else.
[[nodiscard]] std::optional<Day> parse_day(std::string_view text);
// The day that it is in a zone at a moment.
[[nodiscard]] Day day_at(std::chrono::system_clock::time_point now, const TimeZone& zone);
[[nodiscard]] Day next_day(const Day& day);
[[nodiscard]] Day day_before(const Day& day);

[[nodiscard]] std::string day_text(const Day& day);  // YYYY-MM-DD
// %Y, %m, %d, %y, %j (day of the year, three digits) and %% are replaced; nothing for any other letter after %.
[[nodiscard]] std::optional<std::string> format_day(const Day& day, std::string_view format);

}  // namespace sluice
