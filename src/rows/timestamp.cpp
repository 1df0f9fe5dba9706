// The fixed part of a time is read eight bytes at a time (SWAR, as simdjson and fast_float read numbers). Zones are
// Abseil's (its own reader of the system's TZif files, with the footer's rule for later years).
#include "rows/timestamp.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "rows/civil_time.hpp"

namespace sluice {
namespace {

constexpr std::size_t kDateSize = 10;      // 2024-01-31
constexpr std::size_t kDateTimeSize = 19;  // 2024-01-31T12:34:56
constexpr std::size_t kMicrosecondDigits = 6;
constexpr std::size_t kNanosecondDigits = 9;

// Grows beyond any valid value, as a mark, where one of the two bytes is no digit.
std::uint32_t two_digits(const char* at) {
    if (!is_digit(at[0]) || !is_digit(at[1])) return 100;
    return static_cast<std::uint32_t>((at[0] - '0') * 10 + (at[1] - '0'));
}

// Eight bytes read at once. After an exclusive or with a pattern of zeros and separators, a digit is its value, a right
// separator 0, and everything else has a bit in the upper half of its byte, or gets one when 6 is added.
struct EightBytes {
    std::uint64_t pattern;
    std::uint64_t digits;  // 0xFF for each byte that is to be a digit

    // The value that byte i and the one after it make as two digits, in byte i; nothing when a byte is at fault.
    [[nodiscard]] std::optional<std::uint64_t> pairs(const char* at) const {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, at, sizeof bytes);
        bytes ^= pattern;
        const std::uint64_t sixes = 0x0606060606060606U & digits;
        const std::uint64_t must_be_zero = 0xF0F0F0F0F0F0F0F0U | ~digits;
        if (((bytes | (bytes + sixes)) & must_be_zero) != 0) return std::nullopt;
        return bytes * 10 + (bytes >> 8U);
    }
};
// As they lie in memory, first byte lowest: "0000-00-" and "00:00:00".
constexpr EightBytes kYearMonth{0x2D30302D30303030U, 0x00FFFF00FFFFFFFFU};
constexpr EightBytes kClock{0x30303A30303A3030U, 0xFFFF00FFFF00FFFFU};

std::uint32_t byte_of(std::uint64_t bytes, unsigned index) {
    return static_cast<std::uint32_t>(bytes >> 8 * index & 0xFFU);
}

// Seconds from 1970-01-01 to the day of the first 10 bytes; nothing when they are no date.
std::optional<std::int64_t> parse_date(const char* at) {
    const std::optional<std::uint64_t> year_month = kYearMonth.pairs(at);
    if (!year_month) return std::nullopt;
    const std::uint32_t year = byte_of(*year_month, 0) * 100 + byte_of(*year_month, 2);
    const std::uint32_t month = byte_of(*year_month, 5);
    const std::uint32_t day = two_digits(at + 8);
    if (year == 0 || month - 1 > 11 || day == 0 || day > last_day(year, month)) return std::nullopt;
    return days_from_civil(year, month, day) * kSecondsPerDay;
}

// The date that a thread has read last: rows of a log mostly have that of the row before.
struct KnownDate {
    std::array<char, kDateSize> text{'1', '9', '7', '0', '-', '0', '1', '-', '0', '1'};
    std::int64_t seconds = 0;
};

// Seconds since 1970-01-01T00:00:00 of the first 19 bytes, whatever the zone; nothing when they are no date and time.
std::optional<std::int64_t> parse_date_time(const char* at) {
    thread_local constinit KnownDate known;
    if (std::memcmp(at, known.text.data(), kDateSize) != 0) {
        const std::optional<std::int64_t> date = parse_date(at);
        if (!date) return std::nullopt;
        std::memcpy(known.text.data(), at, kDateSize);
        known.seconds = *date;
    }
    const std::optional<std::uint64_t> clock = kClock.pairs(at + 11);
    if (!clock || (at[10] != 'T' && at[10] != ' ')) return std::nullopt;
    const std::uint32_t hour = byte_of(*clock, 0);
    const std::uint32_t minute = byte_of(*clock, 3);
    const std::uint32_t second = byte_of(*clock, 6);
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return known.seconds + hour * 3600 + minute * 60 + second;
}

struct Fraction {
    bool valid = true;    // at least one digit
    bool beyond = false;  // a digit other than 0 past `wanted`
    std::int64_t nanoseconds = 0;
};

// Reads the digits at `at` up to `end` or something else, which `at` then points to.
Fraction parse_fraction(const char*& at, const char* end, std::size_t wanted) {
    Fraction fraction;
    std::size_t count = 0;
    for (; at != end && is_digit(*at); ++at, ++count) {
        if (count < wanted) {
            fraction.nanoseconds = fraction.nanoseconds * 10 + (*at - '0');
        } else if (*at != '0') {
            fraction.beyond = true;
        }
    }
    fraction.valid = count > 0;
    constexpr std::array<std::int64_t, kNanosecondDigits + 1> kPowersOfTen{
        1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
    fraction.nanoseconds *= kPowersOfTen[kNanosecondDigits - std::min(count, wanted)];
    return fraction;
}

// "Z", "+HH:MM" or "-HH:MM" and nothing more, in seconds to take from the local time.
std::optional<std::int64_t> parse_offset(const char* at, const char* end) {
    if (*at == 'Z' && at + 1 == end) return 0;
    if ((*at != '+' && *at != '-') || end - at != 6 || at[3] != ':') return std::nullopt;
    const std::uint32_t hours = two_digits(at + 1);
    const std::uint32_t minutes = two_digits(at + 4);
    if (hours > 23 || minutes > 59) return std::nullopt;
    const std::int64_t seconds = hours * 3600 + minutes * 60;
    return *at == '-' ? -seconds : seconds;
}

bool is_zone_name(std::string_view name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](char byte) {
        return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || is_digit(byte) || byte == '_' ||
               byte == '-' || byte == '+' || byte == '/';
    });
    return plain && !name.empty() && name.front() != '/' && name.back() != '/';
}

}  // namespace

struct TimeZone::Rules {
    absl::TimeZone zone;
};

TimeZone TimeZone::utc() { return {}; }

Result<TimeZone> TimeZone::named(const std::string& iana_name) {
    if (iana_name == "UTC") return utc();
    // Abseil also takes "localtime", its own "Fixed/..." and paths: those are no IANA names.
    absl::TimeZone zone;
    if (is_zone_name(iana_name) && iana_name != "localtime" && !iana_name.starts_with("Fixed/") &&
        absl::LoadTimeZone(iana_name, &zone)) {
        TimeZone named;
        named.rules_ = std::make_shared<const Rules>(Rules{zone});
        return named;
    }
    std::error_code ignored;
    if (!std::filesystem::exists("/usr/share/zoneinfo/Etc/UTC", ignored)) {
        return config_error("no_zone_data",
                            fmt::format("cannot look up the time zone '{}': this system has no time zone data in "
                                        "/usr/share/zoneinfo; install it (Debian: apt-get install tzdata)",
                                        iana_name));
    }
    return config_error(
        "unknown_timezone",
        fmt::format("unknown time zone '{}': expected an IANA name such as Asia/Jakarta or UTC", iana_name));
}

std::int64_t TimeZone::offset_of_local(std::int64_t local_seconds) const {
    if (!rules_) return 0;
    // `pre` is the instant by the offset before the change; where there is no change, the only one.
    const absl::CivilSecond local = absl::CivilSecond() + local_seconds;
    return local_seconds - absl::ToUnixSeconds(rules_->zone.At(local).pre);
}

ParsedTime parse_timestamp(std::string_view text, bool nanoseconds, const TimeZone& zone) noexcept {
    if (text.size() < kDateTimeSize) return {.fault = TimeFault::form};
    const char* at = text.data();
    const char* const end = at + text.size();
    const std::optional<std::int64_t> local = parse_date_time(at);
    if (!local) return {.fault = TimeFault::form};
    at += kDateTimeSize;

    Fraction fraction;
    if (at != end && *at == '.') {
        ++at;
        fraction = parse_fraction(at, end, nanoseconds ? kNanosecondDigits : kMicrosecondDigits);
        if (!fraction.valid) return {.fault = TimeFault::form};
    }
    std::int64_t utc = *local;
    if (at == end) {
        utc -= zone.offset_of_local(*local);
    } else {
        const std::optional<std::int64_t> offset = parse_offset(at, end);
        if (!offset) return {.fault = TimeFault::form};
        utc -= *offset;
    }
    if (utc < kFirstSecond || utc >= kEndSecond) return {.fault = TimeFault::range};
    if (fraction.beyond) return {.fault = TimeFault::precision};
    return {.fault = TimeFault::none,
            .microseconds = utc * kMicrosPerSecond + fraction.nanoseconds / 1000,
            .nanoseconds = static_cast<std::int32_t>(fraction.nanoseconds % 1000)};
}

std::int64_t epoch_milliseconds(std::int64_t microseconds) noexcept {
    return microseconds / 1000 - (microseconds % 1000 < 0 ? 1 : 0);
}

void append_iso_time(std::int64_t microseconds, std::int32_t nanoseconds, std::string& out) {
    std::int64_t seconds = microseconds / kMicrosPerSecond;
    std::int64_t fraction = microseconds % kMicrosPerSecond;
    if (fraction < 0) {
        fraction += kMicrosPerSecond;
        --seconds;
    }
    const absl::CivilSecond time = absl::CivilSecond() + seconds;
    const auto to = std::back_inserter(out);
    fmt::format_to(to, "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", time.year(), time.month(), time.day(), time.hour(),
                   time.minute(), time.second());
    if (nanoseconds != 0) {
        fmt::format_to(to, ".{:09}", fraction * 1000 + nanoseconds);
    } else if (fraction != 0) {
        fmt::format_to(to, ".{:06}", fraction);
    }
    out.push_back('Z');
}

}  // namespace sluice
