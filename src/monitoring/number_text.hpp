// Writes numbers and times for people: in the progress display, the table at the end and messages. Pure functions, no
// locale.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sluice {

// 1234567 -> "1,234,567".
[[nodiscard]] std::string count_text(std::uint64_t count);
// "0 B", "1023 B", "1.0 KiB", "1.2 GiB": powers of 1024, one digit after the point.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
// "0.4 ms", "340 ms", "3.4 s", "2 min 05 s", "1 h 02 min". A negative time (a clock that was set back) is "0.0 ms".
[[nodiscard]] std::string seconds_text(double seconds);
// "2026-11-28T13:52:49Z".
[[nodiscard]] std::string utc_text(std::chrono::system_clock::time_point time);
// "120.0 MiB/s"; "" when no time passed.
[[nodiscard]] std::string rate_text(std::uint64_t bytes, double seconds);

}  // namespace sluice
