#include "rows/time_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rows/json_text.hpp"

namespace sluice {
namespace {

constexpr std::array<std::pair<std::string_view, EpochUnit>, 4> kEpochs{{{"epoch_s", EpochUnit::seconds},
                                                                         {"epoch_ms", EpochUnit::milliseconds},
                                                                         {"epoch_us", EpochUnit::microseconds},
                                                                         {"epoch_ns", EpochUnit::nanoseconds}}};

// A time seldom needs escapes, so nearly always the token's own bytes are its text.
std::string_view decoded(const Token& text, std::string& scratch) {
    if (!text.escaped) return text.view().substr(1, text.size - 2);
    scratch.clear();
    append_decoded(text, scratch);
    return scratch;
}

std::string_view name_of(EpochUnit unit) {
    switch (unit) {
        case EpochUnit::seconds:
            return "seconds";
        case EpochUnit::milliseconds:
            return "milliseconds";
        case EpochUnit::microseconds:
            return "microseconds";
        case EpochUnit::nanoseconds:
            return "nanoseconds";
    }
    return "seconds";
}

}  // namespace

Result<TimeReader> TimeReader::of(const TimeNotation& notation) {
    TimeReader reader;
    reader.notation_ = notation;
    if (!notation.timezone.empty()) {
        TRY_ASSIGN(reader.zone_, TimeZone::named(notation.timezone));
    }
    if (notation.format.empty()) return reader;
    const auto* const epoch =
        std::ranges::find(kEpochs, notation.format, &std::pair<std::string_view, EpochUnit>::first);
    if (epoch != kEpochs.end()) {
        reader.form_ = epoch->second;
    } else if (notation.format.find('%') == std::string::npos) {
        return config_error(
            "bad_time_format",
            fmt::format("unknown time format '{}': expected epoch_s, epoch_ms, epoch_us, epoch_ns, or a "
                        "pattern such as %d/%m/%Y %H:%M:%S",
                        notation.format));
    } else {
        TRY_ASSIGN(TimePattern pattern, TimePattern::of(notation.format));
        reader.form_ = std::move(pattern);
    }
    const auto* const pattern = std::get_if<TimePattern>(&reader.form_);
    if (!notation.timezone.empty() && (pattern == nullptr || pattern->has_offset())) {
        return config_error("zone_not_needed",
                            fmt::format("a time of format '{}' {}, so it has no timezone", notation.format,
                                        pattern == nullptr ? "counts from 1970 in UTC" : "has its own offset"));
    }
    return reader;
}

ParsedTime TimeReader::read(const Token& token, bool nanoseconds, std::string& scratch) const {
    if (const auto* const unit = std::get_if<EpochUnit>(&form_)) {
        if (token.kind != Kind::number) return {.fault = TimeFault::form};
        return parse_epoch(token.view(), *unit, nanoseconds);
    }
    if (token.kind != Kind::text) return {.fault = TimeFault::form};
    const std::string_view text = decoded(token, scratch);
    if (const auto* const pattern = std::get_if<TimePattern>(&form_)) return pattern->read(text, nanoseconds, zone_);
    return parse_timestamp(text, nanoseconds, zone_);
}

std::string TimeReader::expected_form() const {
    if (const auto* const unit = std::get_if<EpochUnit>(&form_))
        return fmt::format("a number of {} since 1970-01-01", name_of(*unit));
    if (std::holds_alternative<TimePattern>(form_)) return fmt::format("a time as \"{}\"", notation_.format);
    return "a time as \"YYYY-MM-DD HH:MM:SS[.fraction][Z or +HH:MM]\"";
}

}  // namespace sluice
