#include "rows/exact_sum.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "rows/json_text.hpp"
#include "unit/rows/oracle.hpp"

namespace sluice {
namespace {

std::string text_of(const Result<std::string>& result) {
    if (result) return *result;
    return result.error().code == "beyond_double" ? "beyond" : result.error().message;
}

// The tokens and weights of a case, from its field `begin` on in steps of `step` pairs.
ExactSum sum_of(const OracleCase& fields, std::size_t begin, std::size_t step) {
    ExactSum sum;
    for (std::size_t i = begin; i < fields.size(); i += 2 * step) {
        EXPECT_EQ(sum.add(token_of(fields[i]), std::stoull(fields[i + 1])), ExactSum::Added::yes) << fields[i];
    }
    return sum;
}

TEST(ExactSum, AgreesWithFractions) {
    for (const OracleCase& fields : oracle_cases("oracle_sums.py", 3000)) {
        const std::uint64_t rows = std::stoull(fields[0]);
        const ExactSum sum = sum_of(fields, 3, 1);
        EXPECT_EQ(text_of(sum.sum_text()), fields[1]) << fields[3] << " and " << fields.size() / 2 - 2 << " more";
        EXPECT_EQ(text_of(sum.mean_text(rows)), fields[2]) << fields[3] << " over " << rows;

        ExactSum halves = sum_of(fields, 3, 2);
        if (fields.size() > 5) halves.merge(sum_of(fields, 5, 2));
        EXPECT_EQ(text_of(halves.sum_text()), fields[1]);
    }
}

TEST(ExactSum, MergesWithAWeight) {
    ExactSum once;
    EXPECT_EQ(once.add(token_of("0.1"), 3), ExactSum::Added::yes);
    EXPECT_EQ(once.add(token_of("123456789012345678901234567890.5")), ExactSum::Added::yes);
    ExactSum sum;
    sum.merge(once, 1000);
    EXPECT_EQ(text_of(sum.sum_text()), "1.2345678901234569e+32");
    sum.merge(ExactSum(), 5);
    EXPECT_EQ(text_of(sum.mean_text(1000)), "1.2345678901234568e+29");
}

TEST(ExactSum, MovesToBigIntegersWhenItOverflows) {
    ExactSum sum;
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    sum.add_small(kLeast, 0, kMost);
    sum.add_small(kLeast, 0, kMost);
    EXPECT_EQ(text_of(sum.sum_text()), "-340282366920938463444927863358058659840");
    sum.add_small(5, 1);
    EXPECT_EQ(text_of(sum.sum_text()), "-3.402823669209385e+38");
}

TEST(ExactSum, StaysAnIntegerOnlyOverIntegers) {
    ExactSum sum;
    EXPECT_EQ(text_of(sum.sum_text()), "0");
    EXPECT_EQ(sum.add(token_of("40")), ExactSum::Added::yes);
    EXPECT_EQ(text_of(sum.sum_text()), "40");
    EXPECT_EQ(sum.add(token_of("2e0")), ExactSum::Added::yes);
    EXPECT_EQ(text_of(sum.sum_text()), "42.0");
}

TEST(ExactSum, RefusesWhatIsNoNumberOrHuge) {
    ExactSum sum;
    EXPECT_EQ(sum.add(token_of("\"1\"")), ExactSum::Added::not_a_number);
    EXPECT_EQ(sum.add(token_of("true")), ExactSum::Added::not_a_number);
    EXPECT_EQ(sum.add(token_of("1e10001")), ExactSum::Added::beyond_limits);
    EXPECT_EQ(sum.add(token_of("0e-99999999999999999999")), ExactSum::Added::beyond_limits);
    EXPECT_EQ(text_of(sum.sum_text()), "0");
    EXPECT_EQ(sum.add(token_of("1e10000")), ExactSum::Added::yes);
    EXPECT_EQ(text_of(sum.sum_text()), "beyond");
    EXPECT_EQ(sum.add(token_of("-1e10000")), ExactSum::Added::yes);
    EXPECT_EQ(sum.add(token_of("1e-10000")), ExactSum::Added::yes);
    EXPECT_EQ(text_of(sum.sum_text()), "0.0");
}

}  // namespace
}  // namespace sluice
