// The sum is an integer at a common scale, the largest one met: small_ * 10^-scale_. When a step of that arithmetic
// would overflow 128 bits, the sum moves to a BigInteger for good. Nothing is rounded before the end; there sum / count
// is one fraction of two integers, whose nearest double is found exactly.
#include "rows/exact_sum.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "rows/big_integer.hpp"
#include "rows/decimal.hpp"

namespace sluice {
namespace {

constexpr std::int32_t kMostInt128Power = 38;
constexpr UInt128 kExactInDouble = UInt128{1} << 53U;

constexpr std::array<Int128, kMostInt128Power + 1> make_powers_of_ten() {
    std::array<Int128, kMostInt128Power + 1> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}
constexpr auto kPowersOfTen = make_powers_of_ten();

// value *= 10^power; false and unchanged when that overflows.
bool scale_up(Int128& value, std::int32_t power) {
    if (value == 0) return true;
    if (power > kMostInt128Power) return false;
    Int128 scaled = 0;
    if (__builtin_mul_overflow(value, kPowersOfTen[static_cast<std::size_t>(power)], &scaled)) return false;
    value = scaled;
    return true;
}

// value *= weight; false and unchanged when that overflows.
bool weigh(Int128& value, std::uint64_t weight) {
    Int128 product = 0;
    if (__builtin_mul_overflow(value, static_cast<Int128>(weight), &product)) return false;
    value = product;
    return true;
}

// target * 10^-target_scale += value * 10^-scale, at the larger of the scales; false and unchanged when that overflows.
bool add_scaled(Int128& target, std::int32_t& target_scale, Int128 value, std::int32_t scale) {
    Int128 widened = target;
    if (scale > target_scale) {
        if (!scale_up(widened, scale - target_scale)) return false;
    } else if (!scale_up(value, target_scale - scale)) {
        return false;
    }
    Int128 sum = 0;
    if (__builtin_add_overflow(widened, value, &sum)) return false;
    target = sum;
    target_scale = std::max(scale, target_scale);
    return true;
}

}  // namespace

static_assert(sizeof(ExactSum) <= 32);

ExactSum::ExactSum() = default;
ExactSum::~ExactSum() = default;
ExactSum::ExactSum(ExactSum&&) noexcept = default;
ExactSum& ExactSum::operator=(ExactSum&&) noexcept = default;

ExactSum::Added ExactSum::add(const Token& token, std::uint64_t weight) {
    if (token.kind != Kind::number) return Added::not_a_number;
    if (const auto small = parse_small_decimal(token.view())) {
        add_small(small->mantissa, small->scale, weight);
        return Added::yes;
    }
    const Decimal decimal = parse_decimal(token.view());
    if (decimal.beyond_limits) return Added::beyond_limits;
    BigInteger value(decimal.negative, decimal.digits);
    value.multiply(weight);
    if (!decimal.integer_form) integers_only_ = false;
    add_big(std::move(value), static_cast<std::int32_t>(-decimal.exponent));
    return Added::yes;
}

void ExactSum::add_small(std::int64_t mantissa, std::int32_t scale, std::uint64_t weight) {
    // Below 2^63 * 2^64, so it always fits.
    const Int128 product = static_cast<Int128>(mantissa) * static_cast<Int128>(weight);
    if (scale != 0) integers_only_ = false;
    if (!big_) {
        Int128 sum = 0;
        if (scale == scale_ && !__builtin_add_overflow(small_, product, &sum)) [[likely]] {
            small_ = sum;
            return;
        }
        if (add_scaled(small_, scale_, product, scale)) return;
    }
    add_big(BigInteger(product), scale);
}

void ExactSum::merge(const ExactSum& other, std::uint64_t weight) {
    integers_only_ = integers_only_ && other.integers_only_;
    if (!big_ && !other.big_) {
        Int128 value = other.small_;
        if (weigh(value, weight) && add_scaled(small_, scale_, value, other.scale_)) return;
    }
    BigInteger value = other.big_ ? *other.big_ : BigInteger(other.small_);
    value.multiply(weight);
    add_big(std::move(value), other.scale_);
}

void ExactSum::widen() {
    if (!big_) big_ = std::make_unique<BigInteger>(small_);
}

void ExactSum::add_big(BigInteger value, std::int32_t scale) {
    widen();
    if (scale > scale_) {
        big_->multiply_by_power_of_ten(scale - scale_);
        scale_ = scale;
    } else {
        value.multiply_by_power_of_ten(scale_ - scale);
    }
    big_->add(value);
}

Result<double> ExactSum::nearest_double(std::uint64_t count) const {
    // scale_ is never below 0. Two integers that doubles hold exactly divide with a single rounding.
    constexpr std::int32_t kMostExactPower = 15;
    if (!big_ && scale_ <= kMostExactPower && magnitude(small_) <= kExactInDouble) {
        const UInt128 divisor = static_cast<UInt128>(kPowersOfTen[static_cast<std::size_t>(scale_)]) * count;
        if (divisor <= kExactInDouble) return static_cast<double>(small_) / static_cast<double>(divisor);
    }
    BigInteger divisor(1);
    divisor.multiply(count);
    divisor.multiply_by_power_of_ten(scale_);
    const std::optional<double> value = sluice::nearest_double(big_ ? *big_ : BigInteger(small_), divisor);
    if (!value) {
        return data_error(
            "beyond_double",
            "the result is beyond the range of a double (about 1.8e308); leave the largest values out with a "
            "filter, or scale them down in a select");
    }
    return *value;
}

Result<std::string> ExactSum::sum_text() const {
    if (integers_only_) return big_ ? big_->text() : fmt::to_string(small_);
    TRY_ASSIGN(const double sum, nearest_double(1));
    return double_text(sum);
}

Result<std::string> ExactSum::mean_text(std::uint64_t count) const {
    TRY_ASSIGN(const double mean, nearest_double(count));
    return double_text(mean);
}

}  // namespace sluice
