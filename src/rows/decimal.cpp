#include "rows/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <system_error>

namespace sluice {
namespace {

constexpr int kExponentDigits = 18;
constexpr int kInt64Digits = 19;
constexpr int kRoundTripDigits = 15;           // every decimal of so many digits survives a double...
constexpr std::int64_t kRoundTripPower = 290;  // ...well inside the range of normal doubles

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

struct Exponent {
    std::int64_t value = 0;
    bool beyond = false;
};

// `text` is what follows the e: an optional sign and digits.
Exponent parse_exponent(std::string_view text) {
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    if (text.size() > kExponentDigits) return {.beyond = true};
    std::int64_t value = 0;
    for (const char digit : text) value = value * 10 + (digit - '0');
    return {.value = negative ? -value : value};
}

std::string_view without_trailing_zeros(std::string_view digits) {
    const std::size_t last = digits.find_last_not_of('0');
    return last == std::string_view::npos ? std::string_view{} : digits.substr(0, last + 1);
}

// Whether both are the same value, however many trailing zeros they carry.
bool same_value(const Decimal& a, const Decimal& b) {
    const std::string_view digits_a = without_trailing_zeros(a.digits);
    const std::string_view digits_b = without_trailing_zeros(b.digits);
    if (digits_a != digits_b) return false;
    if (digits_a.empty()) return true;
    return a.negative == b.negative && a.exponent + static_cast<std::int64_t>(a.digits.size()) ==
                                           b.exponent + static_cast<std::int64_t>(b.digits.size());
}

}  // namespace

Decimal parse_decimal(std::string_view token) {
    Decimal decimal;
    decimal.negative = token.front() == '-';
    if (decimal.negative) token.remove_prefix(1);

    const std::size_t exponent_mark = token.find_first_of("eE");
    const std::string_view plain = token.substr(0, exponent_mark);
    const std::size_t point = plain.find('.');
    decimal.integer_form = exponent_mark == std::string_view::npos && point == std::string_view::npos;

    const std::string_view whole = plain.substr(0, point);
    const std::string_view fraction = point == std::string_view::npos ? std::string_view{} : plain.substr(point + 1);
    decimal.digits.reserve(whole.size() + fraction.size());
    if (whole != "0") decimal.digits.append(whole);
    decimal.digits.append(decimal.digits.empty()
                              ? fraction.substr(std::min(fraction.find_first_not_of('0'), fraction.size()))
                              : fraction);

    if (exponent_mark != std::string_view::npos) {
        const Exponent exponent = parse_exponent(token.substr(exponent_mark + 1));
        decimal.beyond_exponent = exponent.beyond;
        decimal.exponent = exponent.value;
    }
    decimal.beyond_limits = decimal.beyond_exponent || decimal.exponent > kLargestExponent ||
                            decimal.exponent < -kLargestExponent || whole.size() + fraction.size() > kMostDigits;
    decimal.exponent -= static_cast<std::int64_t>(fraction.size());
    return decimal;
}

std::optional<SmallDecimal> parse_small_decimal(std::string_view token) noexcept {
    const char* at = token.data();
    const char* const end = at + token.size();
    const bool negative = *at == '-';
    if (negative) ++at;

    std::uint64_t mantissa = 0;
    const char* const whole_begin = at;
    for (; at != end && is_digit(*at); ++at) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*at - '0');
    std::ptrdiff_t digit_count = at - whole_begin;
    std::int64_t scale = 0;
    bool written_as_integer = true;
    if (at != end && *at == '.') {
        written_as_integer = false;
        const char* const fraction_begin = ++at;
        for (; at != end && is_digit(*at); ++at) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*at - '0');
        scale = at - fraction_begin;
        digit_count += scale;
    }
    // 19 digits cannot overflow an unsigned 64-bit integer, but may be beyond a signed one. Zeros in front of them are
    // no digits: only the rare long token looks for them.
    if (digit_count > kInt64Digits) {
        if (digit_count > static_cast<std::ptrdiff_t>(kMostDigits)) return std::nullopt;
        std::string_view digits(whole_begin, static_cast<std::size_t>(at - whole_begin));
        const auto zeros = static_cast<std::ptrdiff_t>(std::min(digits.find_first_not_of("0."), digits.size()));
        if (digit_count - std::max<std::ptrdiff_t>(zeros - 1, 0) > kInt64Digits) return std::nullopt;
    }
    if (at != end) {
        written_as_integer = false;
        const Exponent exponent = parse_exponent({at + 1, static_cast<std::size_t>(end - at - 1)});
        if (exponent.beyond || exponent.value > kLargestExponent || exponent.value < -kLargestExponent)
            return std::nullopt;
        scale -= exponent.value;
    }
    if (!written_as_integer && scale == 0) {
        if (mantissa > std::numeric_limits<std::uint64_t>::max() / 10) return std::nullopt;
        mantissa *= 10;
        scale = 1;
    }
    if (mantissa > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    const auto magnitude = static_cast<std::int64_t>(mantissa);
    return SmallDecimal{.mantissa = negative ? -magnitude : magnitude, .scale = static_cast<std::int32_t>(scale)};
}

std::string double_text(double value) {
    std::array<char, 32> buffer{};
    const auto written =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    const std::string_view scientific(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
    Decimal decimal = parse_decimal(scientific);
    if (decimal.digits.empty()) return decimal.negative ? "-0.0" : "0.0";
    const std::int64_t point = decimal.exponent + static_cast<std::int64_t>(decimal.digits.size());
    return layout_as_repr(decimal.negative, decimal.digits, point);
}

std::string layout_as_repr(bool negative, std::string_view digits, std::int64_t point) {
    std::string out = negative ? "-" : "";
    const auto count = static_cast<std::int64_t>(digits.size());
    if (point > 16 || point < -3) {
        out.push_back(digits.front());
        if (count > 1) out.append(".").append(digits.substr(1));
        const std::int64_t exponent = point - 1;
        out.append(exponent < 0 ? "e-" : "e+");
        const std::string exponent_digits = std::to_string(std::abs(exponent));
        if (exponent_digits.size() < 2) out.push_back('0');
        return out.append(exponent_digits);
    }
    if (point <= 0) return out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
    if (point >= count) return out.append(digits).append(static_cast<std::size_t>(point - count), '0').append(".0");
    const auto whole = static_cast<std::size_t>(point);
    return out.append(digits.substr(0, whole)).append(".").append(digits.substr(whole));
}

bool round_trips_double(std::string_view token) {
    const Decimal exact = parse_decimal(token);
    if (exact.digits.empty()) return true;
    if (exact.beyond_exponent) return false;
    const std::int64_t power = exact.exponent + static_cast<std::int64_t>(exact.digits.size());
    const std::string_view digits = without_trailing_zeros(exact.digits);
    if (digits.size() <= kRoundTripDigits && std::abs(power) <= kRoundTripPower) return true;

    double nearest = 0;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), nearest);
    if (read.ec != std::errc{}) return false;
    return same_value(exact, parse_decimal(double_text(nearest)));
}

}  // namespace sluice
