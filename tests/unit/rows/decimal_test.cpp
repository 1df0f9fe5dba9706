#include "rows/decimal.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <string>

#include "unit/rows/oracle.hpp"

namespace sluice {
namespace {

std::string small_text(std::string_view token) {
    const auto small = parse_small_decimal(token);
    return small ? std::to_string(small->mantissa) + " " + std::to_string(small->scale) : "none";
}

TEST(Decimal, AgreesWithPython) {
    for (const OracleCase& fields : oracle_cases("oracle_numbers.py", 2000)) {
        if (fields[0] == "repr") {
            EXPECT_EQ(double_text(std::bit_cast<double>(std::stoull(fields[1]))), fields[2]);
        } else if (fields[0] == "round") {
            EXPECT_EQ(round_trips_double(fields[1]), fields[2] == "1") << fields[1];
        } else {
            EXPECT_EQ(small_text(fields[1]), fields.size() == 4 ? fields[2] + " " + fields[3] : fields[2]) << fields[1];
        }
    }
}

TEST(Decimal, KeepsTrailingZerosAndDropsLeadingOnes) {
    const Decimal price = parse_decimal("-1.50");
    EXPECT_TRUE(price.negative);
    EXPECT_EQ(price.digits, "150");
    EXPECT_EQ(price.exponent, -2);
    EXPECT_FALSE(price.integer_form);
    const Decimal small = parse_decimal("0.001500e-2");
    EXPECT_EQ(small.digits, "1500");
    EXPECT_EQ(small.exponent, -8);
    const Decimal integer = parse_decimal("1200");
    EXPECT_EQ(integer.digits, "1200");
    EXPECT_EQ(integer.exponent, 0);
    EXPECT_TRUE(integer.integer_form);
    EXPECT_EQ(parse_decimal("-0.00").digits, "");
}

TEST(Decimal, SaysWhenTheExponentIsTooLarge) {
    EXPECT_FALSE(parse_decimal("1.50e10000").beyond_limits);
    EXPECT_FALSE(parse_decimal("1.50e-0010000").beyond_limits);
    EXPECT_TRUE(parse_decimal("1e10001").beyond_limits);
    EXPECT_FALSE(parse_decimal("1e999999999999999999").beyond_exponent);
    EXPECT_TRUE(parse_decimal("1e1000000000000000000").beyond_exponent);
    EXPECT_TRUE(parse_decimal("1e-1000000000000000000").beyond_limits);
    EXPECT_FALSE(parse_decimal("0." + std::string(9'998, '0') + "1").beyond_limits);
    EXPECT_TRUE(parse_decimal("0." + std::string(9'999, '0') + "1").beyond_limits);
    EXPECT_TRUE(parse_decimal(std::string(10'001, '9')).beyond_limits);
}

}  // namespace
}  // namespace sluice
