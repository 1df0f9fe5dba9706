// Reads the times of a column, however they are written.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "rows/epoch_time.hpp"
#include "rows/time_notation.hpp"
#include "rows/time_pattern.hpp"
#include "rows/timestamp.hpp"
#include "rows/token.hpp"
#include "utils/result.hpp"

namespace sluice {

// Made once per column. Immutable and thread-safe once made.
class TimeReader {
public:
    // Times as parse_timestamp() reads them, in UTC.
    TimeReader() = default;
    // Fails (kind config) for a zone that does not exist (code "unknown_timezone"), for a format that is none
    // ("bad_time_format"), and for a zone where every time has its own offset or is one of UTC ("zone_not_needed").
    static Result<TimeReader> of(const TimeNotation& notation);

    // `token` may be anything; what is no such time has a fault. `scratch` keeps memory between calls.
    [[nodiscard]] ParsedTime read(const Token& token, bool nanoseconds, std::string& scratch) const;
    // What a time looks like, for people: `a time as "%d/%m/%Y"`.
    [[nodiscard]] std::string expected_form() const;

private:
    struct Iso {};

    TimeNotation notation_;
    TimeZone zone_ = TimeZone::utc();
    std::variant<Iso, EpochUnit, TimePattern> form_;
};

}  // namespace sluice
