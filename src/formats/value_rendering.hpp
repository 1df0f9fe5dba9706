// What an output's options say about times and durations, and how one value is written under them.
#pragma once

#include <string>

#include "rows/row_stream.hpp"
#include "rows/token.hpp"
#include "rows/timestamp.hpp"

namespace sluice {

enum class TimestampStyle { iso, epoch_ms };
enum class DurationStyle { text, seconds };

struct ValueStyle {
    TimestampStyle timestamps = TimestampStyle::iso;
    DurationStyle durations = DurationStyle::text;
};

// Appends one value. Made once per column; thread-safe afterwards.
class ValueRendering {
public:
    ValueRendering(const OutputColumn& column, ValueStyle style);
    void append(const Token& token, std::string& out) const;

private:
    Meaning meaning_;
    ValueStyle style_;
    TimeZone zone_ = TimeZone::utc();
};

}  // namespace sluice
