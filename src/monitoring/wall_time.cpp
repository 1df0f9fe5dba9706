#include "monitoring/wall_time.hpp"

#include "rows/timestamp.hpp"

namespace sluice {

WallTime wall_now() {
    const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    return std::chrono::time_point_cast<WallTime::duration>(now);
}

std::string wall_time_text(WallTime time) {
    const auto microseconds = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
    std::string text;
    append_iso_time(microseconds, 0, text);
    return text;
}

std::optional<WallTime> parse_wall_time(std::string_view text) {
    const ParsedTime time = parse_timestamp(text, false, TimeZone::utc());
    if (time.fault != TimeFault::none) return std::nullopt;
    return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::microseconds(time.microseconds)));
}

WallTime later(WallTime start, double seconds) {
    return start + std::chrono::duration_cast<WallTime::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace sluice
