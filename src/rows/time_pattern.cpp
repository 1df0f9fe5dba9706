// A text is read in two steps: its fields, piece by piece of the pattern, and then the instant that they are together.
#include "rows/time_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>

#include "rows/civil_time.hpp"

namespace sluice {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kDirectives = "YymdbBaAHIpMSfz";
constexpr std::array kMonths{"january"sv, "february"sv, "march"sv,     "april"sv,   "may"sv,      "june"sv,
                             "july"sv,    "august"sv,   "september"sv, "october"sv, "november"sv, "december"sv};
constexpr std::array kWeekdays{"monday"sv, "tuesday"sv,  "wednesday"sv, "thursday"sv,
                               "friday"sv, "saturday"sv, "sunday"sv};
constexpr std::array kHalves{"am"sv, "pm"sv};
constexpr std::size_t kShortName = 3;
constexpr std::uint32_t kNanosecondDigits = 9;

struct Fields {
    std::uint32_t year = 0;
    std::uint32_t month = 0;
    std::uint32_t day = 0;
    std::uint32_t hour = 0;
    std::uint32_t minute = 0;
    std::uint32_t second = 0;
    std::int64_t nanoseconds = 0;
    bool beyond_nanoseconds = false;
    std::optional<std::uint32_t> weekday;  // from Monday, 0
    std::optional<std::uint32_t> half;     // 0: before noon; `hour` is that of 12
    std::optional<std::int64_t> offset;    // seconds that the local time is ahead of UTC
};

// Reads from the front of a text.
class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return text_.empty(); }

    bool take(char literal) {
        if (text_.empty() || text_.front() != literal) return false;
        text_.remove_prefix(1);
        return true;
    }

    // As many digits as there are, up to `most`.
    bool take_number(std::size_t least, std::size_t most, std::uint32_t& value) {
        std::size_t count = 0;
        value = 0;
        for (; count < most && count < text_.size() && is_digit(text_[count]); ++count)
            value = value * 10 + static_cast<std::uint32_t>(text_[count] - '0');
        text_.remove_prefix(count);
        return count >= least;
    }

    // Its position among the names; `size` of each name, or all of it.
    template <std::size_t Count>
    bool take_name(const std::array<std::string_view, Count>& names, std::size_t size, std::uint32_t& value) {
        for (value = 0; value < Count; ++value) {
            const std::string_view name = names[value].substr(0, size);
            if (!starts_with(name)) continue;
            text_.remove_prefix(name.size());
            return true;
        }
        return false;
    }

    bool take_fraction(Fields& fields) {
        std::uint32_t count = 0;
        for (; !text_.empty() && is_digit(text_.front()); text_.remove_prefix(1), ++count) {
            const char digit = text_.front();
            if (count < kNanosecondDigits) fields.nanoseconds = fields.nanoseconds * 10 + (digit - '0');
            if (count >= kNanosecondDigits && digit != '0') fields.beyond_nanoseconds = true;
        }
        for (std::uint32_t missing = count; missing < kNanosecondDigits; ++missing) fields.nanoseconds *= 10;
        return count > 0;
    }

    bool take_offset(std::optional<std::int64_t>& offset) {
        offset = 0;
        if (take('Z')) return true;
        const bool behind = take('-');
        std::uint32_t hours = 0;
        std::uint32_t minutes = 0;
        if ((!behind && !take('+')) || !take_number(2, 2, hours)) return false;
        if (take(':') || (!text_.empty() && is_digit(text_.front()))) {
            if (!take_number(2, 2, minutes)) return false;
        }
        if (hours > 23 || minutes > 59) return false;
        const std::int64_t seconds = hours * 3600 + minutes * 60;
        offset = behind ? -seconds : seconds;
        return true;
    }

private:
    [[nodiscard]] bool starts_with(std::string_view lower_case) const {
        return text_.size() >= lower_case.size() &&
               std::equal(lower_case.begin(), lower_case.end(), text_.begin(), [](char lower, char byte) {
                   return lower == (byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte);
               });
    }

    std::string_view text_;
};

bool take_date_field(char directive, std::size_t least, Cursor& cursor, Fields& fields) {
    std::uint32_t number = 0;
    switch (directive) {
        case 'Y':
            return cursor.take_number(4, 4, fields.year);
        case 'y':
            if (!cursor.take_number(2, 2, number)) return false;
            fields.year = number + (number < 69 ? 2000 : 1900);
            return true;
        case 'm':
            return cursor.take_number(least, 2, fields.month);
        case 'd':
            return cursor.take_number(least, 2, fields.day);
        case 'b':
        case 'B':
            if (!cursor.take_name(kMonths, directive == 'b' ? kShortName : std::string_view::npos, number))
                return false;
            fields.month = number + 1;
            return true;
        default:  // a, A
            if (!cursor.take_name(kWeekdays, directive == 'a' ? kShortName : std::string_view::npos, number))
                return false;
            fields.weekday = number;
            return true;
    }
}

bool take_time_field(char directive, std::size_t least, Cursor& cursor, Fields& fields) {
    std::uint32_t number = 0;
    switch (directive) {
        case 'H':
        case 'I':
            return cursor.take_number(least, 2, fields.hour);
        case 'M':
            return cursor.take_number(least, 2, fields.minute);
        case 'S':
            return cursor.take_number(least, 2, fields.second);
        case 'f':
            return cursor.take_fraction(fields);
        case 'z':
            return cursor.take_offset(fields.offset);
        default:  // p
            if (!cursor.take_name(kHalves, std::string_view::npos, number)) return false;
            fields.half = number;
            return true;
    }
}

bool take_field(char directive, std::size_t least, Cursor& cursor, Fields& fields) {
    constexpr std::string_view kOfDate = "YymdbBaA";
    return kOfDate.find(directive) != std::string_view::npos ? take_date_field(directive, least, cursor, fields)
                                                             : take_time_field(directive, least, cursor, fields);
}

// Seconds since 1970 of the local time; nothing when there is no such time.
std::optional<std::int64_t> local_seconds(const Fields& fields) {
    std::uint32_t hour = fields.hour;
    if (fields.half) {
        if (hour < 1 || hour > 12) return std::nullopt;
        hour = hour % 12 + 12 * *fields.half;
    }
    if (fields.year < 1 || fields.month < 1 || fields.month > 12 || fields.day < 1 || hour > 23 || fields.minute > 59 ||
        fields.second > 59 || fields.day > last_day(fields.year, fields.month))
        return std::nullopt;
    const std::int64_t days = days_from_civil(fields.year, fields.month, fields.day);
    // 1970-01-01 was a Thursday. The weeks are there so that no sum is negative.
    constexpr std::int64_t kWholeWeeks = 7 * 102'738;
    if (fields.weekday && (days + kWholeWeeks + 3) % 7 != *fields.weekday) return std::nullopt;
    return days * kSecondsPerDay + hour * 3600 + fields.minute * 60 + fields.second;
}

Error bad_pattern(std::string_view pattern, const std::string& why) {
    return config_error("bad_time_format", fmt::format("the time format '{}' {}", pattern, why));
}

// Why the directives together do not say a time; empty where they do.
std::string_view what_is_open(std::string_view directives) {
    const auto has = [&](std::string_view any) { return directives.find_first_of(any) != std::string_view::npos; };
    const auto both = [&](char one, char other) { return has({&one, 1}) && has({&other, 1}); };
    if (both('Y', 'y')) return "has the year twice: %Y and %y";
    if (both('b', 'B') || (has("m") && has("bB"))) return "has the month twice: one of %m, %b and %B is enough";
    if (both('a', 'A')) return "has the day of the week twice: %a and %A";
    if (both('H', 'I')) return "has the hour twice: %H, or %I with %p";
    if (!has("Yy")) return "has no year: %Y, or %y for two digits";
    if (!has("mbB")) return "has no month: %m, or %b or %B for its English name";
    if (!has("d")) return "has no day: %d";
    if (has("I") != has("p")) return "has only one of %I (the hour of 12) and %p (AM or PM)";
    if (has("M") && !has("HI")) return "has minutes and no hour: %H";
    if (has("S") && !has("M")) return "has seconds and no minutes: %M";
    if (has("f") && !has("S")) return "has a fraction and no seconds: %S";
    return {};
}

}  // namespace

Result<TimePattern> TimePattern::of(std::string_view pattern) {
    TimePattern made;
    std::string seen;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] != '%') {
            made.pieces_.push_back({.literal = pattern[at]});
            continue;
        }
        const char directive = ++at < pattern.size() ? pattern[at] : '\0';
        if (directive == '%') {
            made.pieces_.push_back({.literal = '%'});
            continue;
        }
        if (directive == '\0' || kDirectives.find(directive) == std::string_view::npos) {
            return bad_pattern(
                pattern, fmt::format("has an unknown directive '{}' at character {}", pattern.substr(at - 1, 2), at));
        }
        if (seen.find(directive) != std::string::npos)
            return bad_pattern(pattern, fmt::format("has %{} twice", directive));
        seen.push_back(directive);
        made.pieces_.push_back({.directive = directive});
    }
    if (const std::string_view open = what_is_open(seen); !open.empty()) return bad_pattern(pattern, std::string(open));
    constexpr std::string_view kNumbers = "YymdHIMSf";
    const auto is_number = [&](const Piece& piece) {
        return piece.directive != 0 && kNumbers.find(piece.directive) != std::string_view::npos;
    };
    for (std::size_t next = 1; next < made.pieces_.size(); ++next) {
        if (!is_number(made.pieces_[next - 1]) || !is_number(made.pieces_[next])) continue;
        made.pieces_[next - 1].touches = made.pieces_[next].touches = true;
    }
    made.has_offset_ = seen.find('z') != std::string::npos;
    return made;
}

ParsedTime TimePattern::read(std::string_view text, bool nanoseconds, const TimeZone& zone) const noexcept {
    Cursor cursor(text);
    Fields fields;
    for (const Piece& piece : pieces_) {
        const bool taken = piece.directive == 0 ? cursor.take(piece.literal)
                                                : take_field(piece.directive, piece.touches ? 2 : 1, cursor, fields);
        if (!taken) return {.fault = TimeFault::form};
    }
    if (!cursor.at_end()) return {.fault = TimeFault::form};
    const std::optional<std::int64_t> local = local_seconds(fields);
    if (!local) return {.fault = TimeFault::range};
    const std::int64_t utc = *local - (fields.offset ? *fields.offset : zone.offset_of_local(*local));
    if (utc < kFirstSecond || utc >= kEndSecond) return {.fault = TimeFault::range};
    if (fields.beyond_nanoseconds || (!nanoseconds && fields.nanoseconds % 1000 != 0))
        return {.fault = TimeFault::precision};
    return {.fault = TimeFault::none,
            .microseconds = utc * kMicrosPerSecond + fields.nanoseconds / 1000,
            .nanoseconds = static_cast<std::int32_t>(fields.nanoseconds % 1000)};
}

}  // namespace sluice
