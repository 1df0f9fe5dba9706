// A JSON number read as digits and exponent, never through double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

// Beyond either no step computes with a number: the row is refused with its place.
inline constexpr std::int64_t kLargestExponent = 10'000;
inline constexpr std::size_t kMostDigits = 10'000;  // as written, on both sides of the point
// The same in words, for messages.
inline constexpr std::string_view kBeyondLimits = "more than 10,000 digits or an exponent beyond +-10,000";

// value = (negative ? -1 : 1) * digits * 10^exponent. `digits` has no leading zeros (empty: zero); trailing zeros are
// kept as written ("1.50": digits "150", exponent -2).
struct Decimal {
    bool negative = false;
    std::string digits;
    std::int64_t exponent = 0;
    bool integer_form = false;     // written without point and exponent
    bool beyond_limits = false;    // beyond kLargestExponent or kMostDigits, as written
    bool beyond_exponent = false;  // the exponent as written does not fit 18 digits: no arithmetic is possible
};

// `token` must be a valid JSON number.
[[nodiscard]] Decimal parse_decimal(std::string_view token);

// mantissa * 10^-scale, the common case that needs no allocation. `scale` is 0 exactly for a number that was written as
// an integer: "2e0" is 20 * 10^-1.
struct SmallDecimal {
    std::int64_t mantissa = 0;
    std::int32_t scale = 0;  // may be negative for "1e3"
};
// Nothing when the digits do not fit an int64 or the number is beyond the limits.
[[nodiscard]] std::optional<SmallDecimal> parse_small_decimal(std::string_view token) noexcept;

// Shortest digits that give back the same double, always with point or exponent: "1.0", "1e+16", "1e-05", as Python's
// repr. `value` must be finite.
[[nodiscard]] std::string double_text(double value);

// Digits without leading or trailing zeros, not empty, of the value 0.DIGITS * 10^point, laid out as Python's repr
// does: an exponent from 1e16 and below 1e-4, else always with a point.
[[nodiscard]] std::string layout_as_repr(bool negative, std::string_view digits, std::int64_t point);

// Whether the number's exact value survives a round trip through double: the shortest text of the nearest double has
// the same exact decimal value.
[[nodiscard]] bool round_trips_double(std::string_view token);

}  // namespace sluice
