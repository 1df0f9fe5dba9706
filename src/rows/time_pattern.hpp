// Times by a pattern that the config declares: directives as Python's strptime has them, and literal text between.
//
//   %Y four digits       %y two digits: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068
//   %m %d one or two     %b or %B the month in English, short or whole    %a or %A the day of the week, likewise
//   %H %M %S one or two  %I the hour of 12 with %p, AM or PM              %f one digit or more, a fraction
//   %z Z, +HH:MM, +HHMM or +HH                                            %% a percent sign
//
// Numbers that touch, as in %Y%m%d, have all their digits. Names are matched in any case, all else to the byte, and
// nothing may be left over. A time that does not exist, and a day of the week that is not the date's, are no times.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rows/timestamp.hpp"
#include "utils/result.hpp"

namespace sluice {

// Immutable and thread-safe once made.
class TimePattern {
public:
    // Fails (kind config, code "bad_time_format") for an unknown directive, one that stands twice, and for a pattern
    // that leaves open which date or which time of the day is meant.
    static Result<TimePattern> of(std::string_view pattern);

    [[nodiscard]] bool has_offset() const noexcept { return has_offset_; }
    // As parse_timestamp() does.
    [[nodiscard]] ParsedTime read(std::string_view text, bool nanoseconds, const TimeZone& zone) const noexcept;

private:
    struct Piece {
        char directive = 0;  // 0: a literal
        char literal = 0;
        bool touches = false;  // a number beside another one, with nothing between
    };
    std::vector<Piece> pieces_;
    bool has_offset_ = false;
};

}  // namespace sluice
