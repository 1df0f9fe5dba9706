#include "monitoring/number_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

#include "rows/timestamp.hpp"

namespace sluice {

std::string count_text(std::uint64_t count) {
    std::string text = fmt::format("{}", count);
    for (std::size_t left = text.size(); left > 3;) {
        left -= 3;
        text.insert(left, ",");
    }
    return text;
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 7> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) return fmt::format("{} B", bytes);
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    // 1023.95 would be shown as 1024.0: the next unit takes over before that.
    while (value >= 1023.95 && unit + 1 < kUnits.size()) {
        value /= 1024;
        ++unit;
    }
    return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string seconds_text(double seconds) {
    if (!(seconds > 0)) return "0.0 ms";
    if (seconds < 0.00995) return fmt::format("{:.1f} ms", seconds * 1000);
    if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1000);
    if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string utc_text(std::chrono::system_clock::time_point time) {
    std::string text;
    append_iso_time(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count() * 1'000'000, 0, text);
    return text;
}

std::string rate_text(std::uint64_t bytes, double seconds) {
    if (!(seconds > 0)) return "";
    return bytes_text(static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds)) + "/s";
}

}  // namespace sluice
