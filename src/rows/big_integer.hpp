// An integer of any size, over OpenSSL's BIGNUM, and the nearest double of a fraction of two. Out of memory ends the
// process with std::bad_alloc, as everywhere.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rows/int128.hpp"

struct bignum_st;

namespace sluice {

class BigInteger {
public:
    explicit BigInteger(Int128 value);
    // `digits`: decimal digits, may be empty (zero).
    BigInteger(bool negative, std::string_view digits);
    BigInteger(const BigInteger& other);
    BigInteger(BigInteger&&) noexcept = default;
    BigInteger& operator=(const BigInteger&) = delete;
    BigInteger& operator=(BigInteger&&) noexcept = default;
    ~BigInteger() = default;

    void add(const BigInteger& other);
    void multiply(std::uint64_t factor);
    void multiply_by_power_of_ten(std::int32_t power);
    [[nodiscard]] std::string text() const;

    // numerator / denominator rounded half to even; nothing when it is beyond the largest double. denominator > 0.
    friend std::optional<double> nearest_double(const BigInteger& numerator, const BigInteger& denominator);

private:
    struct Free {
        void operator()(bignum_st* number) const noexcept;
    };
    std::unique_ptr<bignum_st, Free> number_;
};

[[nodiscard]] std::optional<double> nearest_double(const BigInteger& numerator, const BigInteger& denominator);

}  // namespace sluice
