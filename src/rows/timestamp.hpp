// Times as the config's `timestamp` types accept them (docs: design of values). Gregorian calendar, years 0001 to 9999.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "utils/result.hpp"

namespace sluice {

// The IANA zone that times without an offset belong to. UTC unless named. Immutable and thread-safe once made.
class TimeZone {
public:
    static TimeZone utc();
    // Fails for an unknown name (kind config).
    static Result<TimeZone> named(const std::string& iana_name);
    // Seconds to add to UTC to get the local time, for a *local* time given in seconds since 1970-01-01T00:00:00 local.
    // A local time that the zone skips or repeats takes the offset before the change.
    [[nodiscard]] std::int64_t offset_of_local(std::int64_t local_seconds) const;

private:
    struct Rules;
    std::shared_ptr<const Rules> rules_;  // null: UTC
};

enum class TimeFault { none, form, range, precision };  // precision: a non-zero 7th digit in a microsecond column

struct ParsedTime {
    TimeFault fault = TimeFault::none;
    // Nanoseconds do not fit an int64 for years 0001 to 9999, so: microseconds since 1970 UTC (floor) and 0 to 999 ns.
    std::int64_t microseconds = 0;
    std::int32_t nanoseconds = 0;
};

// `text` is the decoded text (no quotes). More than nine fraction digits: the digits beyond must be zero, else
// `precision`.
[[nodiscard]] ParsedTime parse_timestamp(std::string_view text, bool nanoseconds, const TimeZone& zone) noexcept;

// Floor of microseconds / 1000.
[[nodiscard]] std::int64_t epoch_milliseconds(std::int64_t microseconds) noexcept;
// "YYYY-MM-DDTHH:MM:SS[.ffffff]Z": no fraction when it is zero, six digits else; nine when nanoseconds are not zero.
void append_iso_time(std::int64_t microseconds, std::int32_t nanoseconds, std::string& out);

}  // namespace sluice
