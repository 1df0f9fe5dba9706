// What an output's options say about times and durations, and how one value is written under them.
#pragma once

#include <cstddef>
#include <string>

#include "rows/row_stream.hpp"
#include "rows/time_reader.hpp"
#include "rows/token.hpp"

namespace sluice {

enum class TimestampStyle { iso, epoch_ms };
enum class DurationStyle { text, seconds };

struct ValueStyle {
    TimestampStyle timestamps = TimestampStyle::iso;
    DurationStyle durations = DurationStyle::text;
};

// Writes one value. Made once per column; thread-safe afterwards. TimeReader::of() must know the
// column's notation: the config has checked it.
class ValueRendering {
public:
    ValueRendering(const OutputColumn& column, ValueStyle style);

    // Null, and nested values laid out on one line, whatever the column means.
    void append(const Token& token, std::string& out) const;

    // The most that write() gives for a token, beyond the token's own size.
    [[nodiscard]] std::size_t room_beyond_token() const noexcept { return copies_ ? kNullSize : kComputedSize; }
    // For tokens that are neither array nor object: writes to `out`, which has the room, and returns the end.
    [[nodiscard]] char* write(const Token& token, char* out) const;

private:
    static constexpr std::size_t kNullSize = 4;
    static constexpr std::size_t kComputedSize = 64;  // of a duration of 39 digits of nanoseconds, with its quotes

    [[nodiscard]] char* write_epoch(const Token& token, char* out) const;
    [[nodiscard]] char* write_duration(const Token& token, char* out) const;

    Meaning meaning_;
    ValueStyle style_;
    bool copies_;  // every scalar is written as its token
    TimeReader times_;
};

}  // namespace sluice
