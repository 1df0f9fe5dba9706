// The nearest double: the numerator or the denominator is shifted so that their integer quotient has 64 or 65 bits, of
// which 65 are cut to 64. Whatever the division or the cut leaves over is kept as one sticky bit, so the quotient's top
// 53 bits (fewer for a subnormal result) can be rounded half to even exactly once.
#include "rows/big_integer.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <new>

namespace sluice {
namespace {

constexpr int kQuotientBits = 64;
constexpr int kDoubleBits = std::numeric_limits<double>::digits;
constexpr int kLeastExponent = std::numeric_limits<double>::min_exponent - 1;  // of a normal double, as 1.f * 2^e
constexpr int kMostExponent = std::numeric_limits<double>::max_exponent - 1;

void need(int succeeded) {
    if (succeeded != 1) throw std::bad_alloc();
}

template <typename T>
T* need(T* pointer) {
    if (pointer == nullptr) throw std::bad_alloc();
    return pointer;
}

struct FreeContext {
    void operator()(BN_CTX* context) const noexcept { BN_CTX_free(context); }
};

BN_CTX* scratch() {
    thread_local const std::unique_ptr<BN_CTX, FreeContext> context(need(BN_CTX_new()));
    return context.get();
}

// (quotient with a sticky last bit) * 2^exponent, where `quotient` has its top bit set.
std::optional<double> round_to_double(std::uint64_t quotient, bool sticky, int exponent) {
    const int top = exponent + kQuotientBits - 1;
    if (top > kMostExponent) return std::nullopt;
    const int bits = top >= kLeastExponent ? kDoubleBits : kDoubleBits - (kLeastExponent - top);
    if (bits < 0) return 0.0;
    const int dropped = kQuotientBits - bits;
    std::uint64_t kept = bits == 0 ? 0 : quotient >> static_cast<unsigned>(dropped);
    const std::uint64_t rest = bits == 0 ? quotient : quotient << static_cast<unsigned>(bits);
    constexpr std::uint64_t kHalf = std::uint64_t{1} << 63U;
    if (rest > kHalf || (rest == kHalf && (sticky || (kept & 1U) != 0))) ++kept;
    const double value = std::ldexp(static_cast<double>(kept), exponent + dropped);
    if (std::isinf(value)) return std::nullopt;
    return value;
}

}  // namespace

void BigInteger::Free::operator()(bignum_st* number) const noexcept { BN_free(number); }

BigInteger::BigInteger(Int128 value) : number_(need(BN_new())) {
    const UInt128 absolute = magnitude(value);
    need(BN_set_word(number_.get(), static_cast<std::uint64_t>(absolute >> 64U)));
    need(BN_lshift(number_.get(), number_.get(), 64));
    need(BN_add_word(number_.get(), static_cast<std::uint64_t>(absolute)));
    BN_set_negative(number_.get(), value < 0 ? 1 : 0);
}

BigInteger::BigInteger(bool negative, std::string_view digits) : number_(need(BN_new())) {
    if (digits.empty()) return;
    const std::string terminated(digits);
    BIGNUM* target = number_.get();
    if (BN_dec2bn(&target, terminated.c_str()) == 0) throw std::bad_alloc();
    BN_set_negative(target, negative ? 1 : 0);
}

BigInteger::BigInteger(const BigInteger& other) : number_(need(BN_dup(other.number_.get()))) {}

void BigInteger::add(const BigInteger& other) { need(BN_add(number_.get(), number_.get(), other.number_.get())); }

void BigInteger::multiply(std::uint64_t factor) { need(BN_mul_word(number_.get(), factor)); }

void BigInteger::multiply_by_power_of_ten(std::int32_t power) {
    constexpr std::int32_t kWordPower = 19;
    constexpr std::uint64_t kWordFactor = 10'000'000'000'000'000'000U;
    for (; power >= kWordPower; power -= kWordPower) multiply(kWordFactor);
    std::uint64_t factor = 1;
    for (; power > 0; --power) factor *= 10;
    multiply(factor);
}

std::string BigInteger::text() const {
    char* const digits = need(BN_bn2dec(number_.get()));
    std::string text = digits;
    OPENSSL_free(digits);
    return text;
}

std::optional<double> nearest_double(const BigInteger& numerator, const BigInteger& denominator) {
    if (BN_is_zero(numerator.number_.get()) != 0) return 0.0;
    // OpenSSL changes both through their pointers.
    BigInteger dividend = numerator;   // NOLINT(performance-unnecessary-copy-initialization)
    BigInteger divisor = denominator;  // NOLINT(performance-unnecessary-copy-initialization)
    BN_set_negative(dividend.number_.get(), 0);
    const int shift = kQuotientBits - (BN_num_bits(dividend.number_.get()) - BN_num_bits(divisor.number_.get()));
    BIGNUM* const shifted = shift > 0 ? dividend.number_.get() : divisor.number_.get();
    need(BN_lshift(shifted, shifted, std::abs(shift)));

    const BigInteger quotient(0);
    const BigInteger remainder(0);
    need(BN_div(quotient.number_.get(), remainder.number_.get(), dividend.number_.get(), divisor.number_.get(),
                scratch()));
    bool sticky = BN_is_zero(remainder.number_.get()) == 0;
    const int excess = BN_num_bits(quotient.number_.get()) - kQuotientBits;
    if (excess > 0) {
        sticky = sticky || BN_is_bit_set(quotient.number_.get(), 0) != 0;
        need(BN_rshift1(quotient.number_.get(), quotient.number_.get()));
    }
    std::optional<double> value = round_to_double(BN_get_word(quotient.number_.get()), sticky, excess - shift);
    if (value && BN_is_negative(numerator.number_.get()) != 0) value = -*value;
    return value;
}

}  // namespace sluice
