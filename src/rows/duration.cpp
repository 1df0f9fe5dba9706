#include "rows/duration.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sluice {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kDay = 86'400 * kSecond;

}  // namespace

void append_duration_text(Nanoseconds value, std::string& out) {
    // Days are rounded down, so a negative duration counts forward from the day before.
    Nanoseconds days = value / kDay;
    Nanoseconds rest = value % kDay;
    if (rest < 0) {
        rest += kDay;
        --days;
    }
    const auto within_day = static_cast<std::uint64_t>(rest);
    const std::uint64_t seconds = within_day / kSecond;
    const std::uint64_t fraction = within_day % kSecond;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "{} days {}{:02}:{:02}:{:02}", days, days < 0 ? "+" : "", seconds / 3600, seconds / 60 % 60,
                   seconds % 60);
    if (fraction == 0) return;
    if (fraction % 1000 == 0) {
        fmt::format_to(to, ".{:06}", fraction / 1000);
    } else {
        fmt::format_to(to, ".{:09}", fraction);
    }
}

void append_duration_seconds(Nanoseconds value, std::string& out) {
    const UInt128 absolute = magnitude(value);
    fmt::format_to(std::back_inserter(out), "{}{}.{:09}", value < 0 ? "-" : "", absolute / kSecond,
                   static_cast<std::uint64_t>(absolute % kSecond));
    for (int dropped = 0; dropped < 8 && out.back() == '0'; ++dropped) out.pop_back();
}

Nanoseconds mean_gap(Nanoseconds span, std::uint64_t count) noexcept {
    const UInt128 absolute = magnitude(span);
    UInt128 quotient = absolute / count;
    const auto remainder = static_cast<std::uint64_t>(absolute % count);
    const std::uint64_t to_next = count - remainder;
    if (remainder > to_next || (remainder == to_next && (quotient & 1U) != 0)) ++quotient;
    const auto rounded = static_cast<Nanoseconds>(quotient);
    return span < 0 ? -rounded : rounded;
}

}  // namespace sluice
