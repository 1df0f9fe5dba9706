// Adds decimals exactly and rounds once, at the end: the sum and the mean do not depend on order, threads or engine.
// An int128 at a common scale carries the common case; a big integer takes over when it would overflow.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rows/int128.hpp"
#include "rows/token.hpp"
#include "utils/result.hpp"

namespace sluice {

class BigInteger;

// 32 bytes or less; movable, not copyable. One thread at a time.
class ExactSum {
public:
    ExactSum();
    ~ExactSum();
    ExactSum(ExactSum&&) noexcept;
    ExactSum& operator=(ExactSum&&) noexcept;

    enum class Added { yes, not_a_number, beyond_limits };

    // Adds the number `token` `weight` times. `beyond_limits` of rows/decimal.hpp: then nothing is added.
    [[nodiscard]] Added add(const Token& token, std::uint64_t weight = 1);
    // The fast path for a value already split up by parse_small_decimal: `scale` is 0 exactly for a number that was
    // written as an integer.
    void add_small(std::int64_t mantissa, std::int32_t scale, std::uint64_t weight = 1);
    // Adds `other` `weight` times.
    void merge(const ExactSum& other, std::uint64_t weight = 1);

    // The sum as a JSON number: all digits of an integer when every value added was written as an integer (an empty sum
    // is 0); else the nearest double's text (double_text). Fails (kind data, code "beyond_double") when the
    // sum is beyond the double range.
    [[nodiscard]] Result<std::string> sum_text() const;
    // The sum divided by `count` (> 0), rounded once to the nearest double, as double_text.
    [[nodiscard]] Result<std::string> mean_text(std::uint64_t count) const;

private:
    void widen();
    void add_big(BigInteger value, std::int32_t scale);
    [[nodiscard]] Result<double> nearest_double(std::uint64_t count) const;

    Int128 small_ = 0;  // the sum is small_ (or *big_, once it exists) * 10^-scale_
    std::int32_t scale_ = 0;
    bool integers_only_ = true;
    std::unique_ptr<BigInteger> big_;
};

}  // namespace sluice
