#include "rows/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <string_view>

namespace sluice {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kDay = 86'400 * kSecond;

// `value` as `count` digits, zeros in front.
char* write_digits(std::uint64_t value, int count, char* out) noexcept {
    for (int index = count; index-- > 0; value /= 10) out[index] = static_cast<char>('0' + value % 10);
    return out + count;
}

// A duration in days and, always forward, what is beyond them.
struct DaysAndRest {
    Nanoseconds days = 0;
    std::uint64_t rest = 0;
};

// Days are rounded down, so a negative duration counts forward from the day before.
template <typename Integer>
DaysAndRest split_days(Integer value) noexcept {
    const auto day = static_cast<Integer>(kDay);
    Integer days = value / day;
    Integer rest = value % day;
    if (rest < 0) {
        rest += day;
        --days;
    }
    return {days, static_cast<std::uint64_t>(rest)};
}

// dividend / divisor, rounded half to even.
template <typename Integer>
Integer rounded_quotient(Integer dividend, std::uint64_t divisor) noexcept {
    const Integer quotient = dividend / divisor;
    const auto remainder = static_cast<std::uint64_t>(dividend % divisor);
    const std::uint64_t to_next = divisor - remainder;
    const bool up = remainder > to_next || (remainder == to_next && (quotient & 1U) != 0);
    return up ? quotient + 1 : quotient;
}

bool fits_64_bits(Nanoseconds value) noexcept { return value == static_cast<std::int64_t>(value); }

}  // namespace

char* write_duration_text(Nanoseconds value, char* out) noexcept {
    // Division of 128 bits takes ten times as long, and is hardly ever needed.
    const auto [days, rest] = fits_64_bits(value) ? split_days(static_cast<std::int64_t>(value)) : split_days(value);
    const std::uint64_t seconds = rest / kSecond;
    const std::uint64_t fraction = rest % kSecond;
    constexpr std::string_view kDays = " days ";
    out = fits_64_bits(days) ? std::to_chars(out, out + kLongestDuration, static_cast<std::int64_t>(days)).ptr
                             : fmt::format_to(out, "{}", days);
    out = std::copy(kDays.begin(), kDays.end(), out);
    if (days < 0) *out++ = '+';
    out = write_digits(seconds / 3600, 2, out);
    *out++ = ':';
    out = write_digits(seconds / 60 % 60, 2, out);
    *out++ = ':';
    out = write_digits(seconds % 60, 2, out);
    if (fraction == 0) return out;
    *out++ = '.';
    return fraction % 1000 == 0 ? write_digits(fraction / 1000, 6, out) : write_digits(fraction, 9, out);
}

void append_duration_text(Nanoseconds value, std::string& out) {
    std::array<char, kLongestDuration> text;
    out.append(text.data(), write_duration_text(value, text.data()));
}

void append_duration_seconds(Nanoseconds value, std::string& out) {
    const UInt128 absolute = magnitude(value);
    fmt::format_to(std::back_inserter(out), "{}{}.{:09}", value < 0 ? "-" : "", absolute / kSecond,
                   static_cast<std::uint64_t>(absolute % kSecond));
    for (int dropped = 0; dropped < 8 && out.back() == '0'; ++dropped) out.pop_back();
}

Nanoseconds mean_gap(Nanoseconds span, std::uint64_t count) noexcept {
    const UInt128 absolute = magnitude(span);
    const UInt128 rounded = absolute <= UINT64_MAX ? rounded_quotient(static_cast<std::uint64_t>(absolute), count)
                                                   : rounded_quotient(absolute, count);
    return span < 0 ? -static_cast<Nanoseconds>(rounded) : static_cast<Nanoseconds>(rounded);
}

}  // namespace sluice
