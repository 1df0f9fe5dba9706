// Spans of time, as pandas writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "rows/int128.hpp"

namespace sluice {

// Nanoseconds; 128 bits since years 0001 to 9999 span more than an int64 of them.
using Nanoseconds = Int128;

// "D days HH:MM:SS[.ffffff or .fffffffff]", negative as "-1 days +23:59:57.500000"; no quotes.
void append_duration_text(Nanoseconds value, std::string& out);
// The same to `out`, which has room for kLongestDuration bytes; returns the end.
[[nodiscard]] char* write_duration_text(Nanoseconds value, char* out) noexcept;
inline constexpr std::size_t kLongestDuration = 56;
// The duration in seconds as exact decimal text that is a JSON number: "1.5", "-0.000001", "3.0".
void append_duration_seconds(Nanoseconds value, std::string& out);

// span / count, rounded half to even. count > 0.
[[nodiscard]] Nanoseconds mean_gap(Nanoseconds span, std::uint64_t count) noexcept;

}  // namespace sluice
