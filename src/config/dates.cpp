#include "config/dates.hpp"

#include <fmt/format.h>

namespace sluice {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

std::optional<unsigned> digits(std::string_view text) {
    unsigned number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return number;
}

unsigned month_of(const Day& day) { return static_cast<unsigned>(day.month()); }
unsigned day_of(const Day& day) { return static_cast<unsigned>(day.day()); }

}  // namespace

std::optional<Day> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (!year || !month || !day || *year == 0) return std::nullopt;
    const Day result{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month), std::chrono::day(*day)};
    return result.ok() ? std::optional(result) : std::nullopt;
}

// The zone's rules are asked by local time, so the offset is found by trying: once with UTC taken for it, once more
// with the better guess.
Day day_at(std::chrono::system_clock::time_point now, const TimeZone& zone) {
    const std::int64_t utc = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    std::int64_t local = utc + zone.offset_of_local(utc);
    local = utc + zone.offset_of_local(local);
    return Day(std::chrono::floor<days>(std::chrono::sys_seconds(std::chrono::seconds(local))));
}

Day next_day(const Day& day) { return Day(sys_days(day) + days(1)); }
Day day_before(const Day& day) { return Day(sys_days(day) - days(1)); }

std::string day_text(const Day& day) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), month_of(day), day_of(day));
}

std::optional<std::string> format_day(const Day& day, std::string_view format) {
    const int year = static_cast<int>(day.year());
    std::string text;
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%') {
            text += format[at];
            continue;
        }
        switch (++at < format.size() ? format[at] : '\0') {
            case 'Y':
                text += fmt::format("{:04}", year);
                break;
            case 'y':
                text += fmt::format("{:02}", year % 100);
                break;
            case 'm':
                text += fmt::format("{:02}", month_of(day));
                break;
            case 'd':
                text += fmt::format("{:02}", day_of(day));
                break;
            case 'j':
                text += fmt::format("{:03}", (sys_days(day) - sys_days(day.year() / 1 / 1)).count() + 1);
                break;
            case '%':
                text += '%';
                break;
            default:
                return std::nullopt;
        }
    }
    return text;
}

}  // namespace sluice
