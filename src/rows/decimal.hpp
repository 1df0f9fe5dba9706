// A JSON number read as digits and exponent, never through double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

// value = (negative ? -1 : 1) * digits * 10^exponent. `digits` has no leading zeros (empty: zero); trailing zeros are
// kept as written ("1.50": digits "150", exponent -2).
struct Decimal {
    bool negative = false;
    std::string digits;
    std::int64_t exponent = 0;
    bool integer_form = false;   // written without point and exponent
    bool beyond_exponent = false;  // the exponent does not fit 18 digits: no arithmetic is possible
};

// `token` must be a valid JSON number.
[[nodiscard]] Decimal parse_decimal(std::string_view token);

// mantissa * 10^-scale, the common case that needs no allocation.
struct SmallDecimal {
    std::int64_t mantissa = 0;
    std::int32_t scale = 0;  // may be negative for "1e3"
};
// Nothing when the digits do not fit an int64 or the exponent is beyond +-10,000.
[[nodiscard]] std::optional<SmallDecimal> parse_small_decimal(std::string_view token) noexcept;

// Shortest digits that give back the same double, always with point or exponent: "1.0", "1e+16", "1e-05", as Python's
// repr. `value` must be finite.
[[nodiscard]] std::string double_text(double value);

// Whether the number's exact value survives a round trip through double: the shortest text of the nearest double has
// the same exact decimal value.
[[nodiscard]] bool round_trips_double(std::string_view token);

}  // namespace sluice
