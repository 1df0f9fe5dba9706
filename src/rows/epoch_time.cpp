#include "rows/epoch_time.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "rows/civil_time.hpp"
#include "rows/decimal.hpp"
#include "rows/int128.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kNanosecondDigits = 9;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kMostShift = 18;            // 10^18 fits an int64, and times an int64 an Int128
constexpr std::size_t kMostNanosecondDigits = 21;  // of the years 0001 to 9999

constexpr std::array<std::int64_t, kMostShift + 1> kPowersOfTen = [] {
    std::array<std::int64_t, kMostShift + 1> powers{1};
    for (std::size_t power = 1; power < powers.size(); ++power) powers[power] = powers[power - 1] * 10;
    return powers;
}();

struct Nanos {
    TimeFault fault = TimeFault::none;
    Int128 value = 0;
};

// digits * 10^exponent, of a number that is too long for an int64, or far from the point.
Nanos from_decimal(std::string_view number, std::int64_t to_nanoseconds) {
    Decimal decimal = parse_decimal(number);
    if (decimal.digits.empty()) return {};
    if (decimal.beyond_exponent) return {.fault = TimeFault::range};
    const std::size_t last = decimal.digits.find_last_not_of('0');
    const auto zeros = static_cast<std::int64_t>(decimal.digits.size() - last - 1);
    const std::string_view digits = std::string_view(decimal.digits).substr(0, last + 1);
    const std::int64_t shift = decimal.exponent + zeros + to_nanoseconds;
    if (static_cast<std::int64_t>(digits.size()) + shift > static_cast<std::int64_t>(kMostNanosecondDigits))
        return {.fault = TimeFault::range};
    if (shift < 0) return {.fault = TimeFault::precision};
    Int128 value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    for (std::int64_t place = 0; place < shift; ++place) value *= 10;
    return {.value = decimal.negative ? -value : value};
}

Nanos in_nanoseconds(std::string_view number, EpochUnit unit) {
    const std::int64_t to_nanoseconds = kNanosecondDigits - static_cast<std::int64_t>(unit);
    const std::optional<SmallDecimal> small = parse_small_decimal(number);
    const std::int64_t shift = small ? to_nanoseconds - small->scale : kMostShift + 1;
    if (shift > kMostShift || shift < -kMostShift) return from_decimal(number, to_nanoseconds);
    if (shift >= 0)
        return {.value = static_cast<Int128>(small->mantissa) * kPowersOfTen[static_cast<std::size_t>(shift)]};
    const std::int64_t divisor = kPowersOfTen[static_cast<std::size_t>(-shift)];
    if (small->mantissa % divisor != 0) return {.fault = TimeFault::precision};
    return {.value = small->mantissa / divisor};
}

}  // namespace

ParsedTime parse_epoch(std::string_view number, EpochUnit unit, bool nanoseconds) {
    const Nanos nanos = in_nanoseconds(number, unit);
    if (nanos.fault != TimeFault::none) return {.fault = nanos.fault};
    constexpr Int128 kFirst = static_cast<Int128>(kFirstSecond) * kNanosPerSecond;
    constexpr Int128 kEnd = static_cast<Int128>(kEndSecond) * kNanosPerSecond;
    if (nanos.value < kFirst || nanos.value >= kEnd) return {.fault = TimeFault::range};
    auto rest = static_cast<std::int32_t>(nanos.value % 1000);
    if (rest < 0) rest += 1000;
    if (!nanoseconds && rest != 0) return {.fault = TimeFault::precision};
    return {.fault = TimeFault::none,
            .microseconds = static_cast<std::int64_t>((nanos.value - rest) / 1000),
            .nanoseconds = rest};
}

}  // namespace sluice
