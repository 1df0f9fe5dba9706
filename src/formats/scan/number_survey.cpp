#include "formats/scan/number_survey.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "rows/decimal.hpp"

namespace sluice::formats {

namespace {

constexpr std::uint32_t kMaxDecimalDigits = 38;

// What the survey needs to know of one number.
struct Measured {
    bool integer_form = false;
    bool beyond_limits = false;
    std::uint32_t integer_digits = 0;  // before the point, of the plain value
    std::uint32_t scale = 0;           // after the point, of the plain value
    std::uint32_t significant = 0;     // digits as written, without leading zeros
};

// The digits of an integer without sign: does it go into 64 or 128 bits?
bool fits_int64(std::string_view number) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    return error == std::errc() && end == number.data() + number.size();
}

bool fits_int128(std::string_view number) {
    const bool negative = number.front() == '-';
    constexpr std::string_view kMax = "170141183460469231731687303715884105727";
    constexpr std::string_view kMin = "170141183460469231731687303715884105728";
    const std::string_view digits = number.substr(negative ? 1 : 0);
    const std::string_view limit = negative ? kMin : kMax;
    return digits.size() < limit.size() || (digits.size() == limit.size() && digits <= limit);
}

// A number of few digits without exponent, as nearly all are; nothing for any other.
std::optional<Measured> measure_plain(std::string_view number) {
    if (number.front() == '-') number.remove_prefix(1);
    if (number.size() > 16 || number.find_first_of("eE") != std::string_view::npos) return std::nullopt;
    const std::size_t point = std::min(number.find('.'), number.size());
    Measured measured;
    measured.integer_form = point == number.size();
    measured.integer_digits = number.front() == '0' ? 0 : static_cast<std::uint32_t>(point);
    measured.scale = measured.integer_form ? 0 : static_cast<std::uint32_t>(number.size() - point - 1);
    measured.significant = measured.integer_digits + measured.scale;
    return measured;
}

Measured measure(std::string_view number) {
    if (const std::optional<Measured> plain = measure_plain(number)) return *plain;
    const Decimal decimal = parse_decimal(number);
    Measured measured;
    measured.integer_form = decimal.integer_form;
    measured.significant = static_cast<std::uint32_t>(decimal.digits.size());
    measured.beyond_limits = decimal.beyond_limits;
    if (measured.beyond_limits) return measured;
    if (decimal.digits.empty()) {
        // Zero: what counts is how many places it was written with, whatever its exponent.
        const std::size_t point = number.find('.');
        const std::size_t fraction_end = std::min(number.find_first_of("eE"), number.size());
        measured.scale = point == std::string_view::npos ? 0 : static_cast<std::uint32_t>(fraction_end - point - 1);
        return measured;
    }
    const auto digits = static_cast<std::int64_t>(decimal.digits.size());
    measured.scale = static_cast<std::uint32_t>(std::max<std::int64_t>(0, -decimal.exponent));
    measured.integer_digits = static_cast<std::uint32_t>(std::max<std::int64_t>(0, digits + decimal.exponent));
    return measured;
}

}  // namespace

void survey_number(std::string_view number, Ordinal ordinal, NumberSurvey& survey) {
    const Measured measured = measure(number);
    survey.all_integers = survey.all_integers && measured.integer_form;
    survey.fits_int64 = survey.fits_int64 && measured.integer_form && fits_int64(number);
    survey.fits_int128 = survey.fits_int128 && measured.integer_form && fits_int128(number);
    if (measured.beyond_limits) {
        if (!survey.huge_exponent) survey.first_huge_exponent = ordinal;
        survey.huge_exponent = true;
        survey.fits_double = false;
        return;
    }
    survey.integer_digits = std::max(survey.integer_digits, measured.integer_digits);
    survey.scale = std::max(survey.scale, measured.scale);
    if (!survey.beyond_decimal && measured.integer_digits + measured.scale > kMaxDecimalDigits) {
        survey.beyond_decimal = true;
        survey.first_beyond_decimal = ordinal;
    }
    if (!survey.fits_double) return;
    // Fifteen digits always survive a double of this range; only what is longer needs the conversion.
    const bool short_enough = measured.significant <= 15 && measured.integer_digits < 290 && measured.scale < 290;
    survey.fits_double = short_enough || round_trips_double(number);
}

void merge_surveys(const NumberSurvey& other, NumberSurvey& survey) {
    survey.all_integers = survey.all_integers && other.all_integers;
    survey.integer_digits = std::max(survey.integer_digits, other.integer_digits);
    survey.scale = std::max(survey.scale, other.scale);
    survey.fits_int64 = survey.fits_int64 && other.fits_int64;
    survey.fits_int128 = survey.fits_int128 && other.fits_int128;
    survey.fits_double = survey.fits_double && other.fits_double;
    const auto first = [](bool& has, Ordinal& mine, bool other_has, Ordinal theirs) {
        if (!other_has) return;
        mine = has ? std::min(mine, theirs) : theirs;
        has = true;
    };
    first(survey.huge_exponent, survey.first_huge_exponent, other.huge_exponent, other.first_huge_exponent);
    first(survey.beyond_decimal, survey.first_beyond_decimal, other.beyond_decimal, other.first_beyond_decimal);
}

}  // namespace sluice::formats
