// Times as numbers: how many seconds, or thousandths, millionths or billionths of one, have passed since
// 1970-01-01T00:00:00Z on a clock without leap seconds (POSIX time).
#pragma once

#include <cstdint>
#include <string_view>

#include "rows/timestamp.hpp"

namespace sluice {

// The value is the number of decimal digits of a second that one unit is.
enum class EpochUnit : std::uint8_t { seconds = 0, milliseconds = 3, microseconds = 6, nanoseconds = 9 };

// `number` is a JSON number in any form, read exactly: 1700000000.25 seconds, 1.7e12 milliseconds. Faults: `range`
// outside of the years 0001 to 9999, `precision` for what is finer than a microsecond, or nanosecond.
[[nodiscard]] ParsedTime parse_epoch(std::string_view number, EpochUnit unit, bool nanoseconds);

}  // namespace sluice
