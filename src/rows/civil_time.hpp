// The proleptic Gregorian calendar in the years 0001 to 9999.
#pragma once

#include <array>
#include <cstdint>

namespace sluice {

inline constexpr std::int64_t kSecondsPerDay = 86'400;
inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;

// Days since 1970-01-01. `year` is 1 or more. H. Hinnant's days_from_civil ("chrono-Compatible Low-Level Date
// Algorithms"), in years that begin in March.
constexpr std::int64_t days_from_civil(std::uint32_t year, std::uint32_t month, std::uint32_t day) {
    if (month <= 2) --year;
    const std::uint32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return static_cast<std::int64_t>(year * 365 + year / 4 - year / 100 + year / 400 + day_of_year) - 719'468;
}

// The seconds since 1970 that a time may have: from kFirstSecond, below kEndSecond.
inline constexpr std::int64_t kFirstSecond = days_from_civil(1, 1, 1) * kSecondsPerDay;
inline constexpr std::int64_t kEndSecond = days_from_civil(10'000, 1, 1) * kSecondsPerDay;

// `month` is 1 to 12.
constexpr std::uint32_t last_day(std::uint32_t year, std::uint32_t month) {
    constexpr std::array<std::uint8_t, 13> kDays{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : kDays[month];
}

constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

}  // namespace sluice
