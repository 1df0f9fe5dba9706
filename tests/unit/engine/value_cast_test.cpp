#include "engine/value_cast.hpp"

#include <gtest/gtest.h>

#include "rows/json_text.hpp"

namespace sluice {
namespace {

std::string cast(std::string_view token, Type type, const TimeNotation& notation = {}) {
    std::string out;
    return append_cast(token_of(token), type, TimeReader::of(notation).value(), out) ? out : "-" + out;
}

TEST(ValueCast, NumbersKeepTheirDigits) {
    for (const char* number : {"1.50", "1e400", "-0", "0.1234567890123456789", "123456789012345678901234567890"}) {
        EXPECT_EQ(cast(number, Type::number), number);
        EXPECT_EQ(cast("\"" + std::string(number) + "\"", Type::number), number);
    }
    for (const char* token :
         {"\"\"", "\"007\"", "\"1,5\"", "\" 1\"", "\"1 \"", "\"+1\"", "\"NaN\"", "true", "[1]", "\"1\\u0000\""})
        EXPECT_EQ(cast(token, Type::number), "-") << token;
}

TEST(ValueCast, IntegersAreWholeAndWithin64Bits) {
    EXPECT_EQ(cast("5", Type::integer), "5");
    EXPECT_EQ(cast("5.0", Type::integer), "5");
    EXPECT_EQ(cast("\"5e0\"", Type::integer), "5");
    EXPECT_EQ(cast("12e3", Type::integer), "12000");
    EXPECT_EQ(cast("-1200e-2", Type::integer), "-12");
    EXPECT_EQ(cast("0e999", Type::integer), "0");
    EXPECT_EQ(cast("-0.00", Type::integer), "0");
    EXPECT_EQ(cast("9223372036854775807", Type::integer), "9223372036854775807");
    EXPECT_EQ(cast("-9223372036854775808.0", Type::integer), "-9223372036854775808");
    for (const char* token : {"5.5", "9223372036854775808", "1e19", "1e-1", "1e99999", "\"x\"", "false"})
        EXPECT_EQ(cast(token, Type::integer), "-") << token;
}

TEST(ValueCast, TextTakesEverything) {
    EXPECT_EQ(cast("\"\\u0041\"", Type::text), "\"\\u0041\"");
    EXPECT_EQ(cast("1.50", Type::text), "\"1.50\"");
    EXPECT_EQ(cast("false", Type::text), "\"false\"");
    EXPECT_EQ(cast("{\"k\":[ 1,\"é\" ]}", Type::text), R"("{\"k\": [1, \"é\"]}")");
}

TEST(ValueCast, BooleansAndTimes) {
    EXPECT_EQ(cast("true", Type::boolean), "true");
    EXPECT_EQ(cast("\"fals\\u0065\"", Type::boolean), "false");
    EXPECT_EQ(cast("\"True\"", Type::boolean), "-");
    EXPECT_EQ(cast("1", Type::boolean), "-");
    EXPECT_EQ(cast("\"2026-01-01T00:00:00+07:00\"", Type::timestamp), "\"2026-01-01T00:00:00+07:00\"");
    EXPECT_EQ(cast("\"2026-02-30 00:00:00\"", Type::timestamp), "-");
    EXPECT_EQ(cast("\"2026-01-01 00:00:00.123456789\"", Type::timestamp), "-");
    EXPECT_EQ(cast("\"2026-01-01 00:00:00.123456789\"", Type::timestamp_ns), "\"2026-01-01 00:00:00.123456789\"");
    EXPECT_EQ(cast("1767225600", Type::timestamp), "-");
}

TEST(ValueCast, TimesFollowTheirNotation) {
    EXPECT_EQ(cast("1.767e9", Type::timestamp, {.format = "epoch_s"}), "1.767e9");
    EXPECT_EQ(cast("\"1767225600\"", Type::timestamp, {.format = "epoch_s"}), "-");
    EXPECT_EQ(cast("0.0000001", Type::timestamp, {.format = "epoch_s"}), "-");
    EXPECT_EQ(cast("0.0000001", Type::timestamp_ns, {.format = "epoch_s"}), "0.0000001");
    EXPECT_EQ(cast("\"31/01/2026\"", Type::timestamp, {.format = "%d/%m/%Y"}), "\"31/01/2026\"");
    EXPECT_EQ(cast("\"01/31/2026\"", Type::timestamp, {.format = "%d/%m/%Y"}), "-");
    EXPECT_EQ(cast_expectation(Type::timestamp, TimeReader::of({.format = "%d/%m/%Y"}).value()),
              "a time as \"%d/%m/%Y\", at most to the microsecond");
}

}  // namespace
}  // namespace sluice
