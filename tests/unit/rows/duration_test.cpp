#include "rows/duration.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/rows/oracle.hpp"

namespace sluice {
namespace {

Nanoseconds parse(std::string_view text) {
    const bool negative = text.front() == '-';
    Nanoseconds value = 0;
    for (const char digit : text.substr(negative ? 1 : 0)) value = value * 10 + (digit - '0');
    return negative ? -value : value;
}

std::string text_of(Nanoseconds value) {
    std::string text;
    append_duration_text(value, text);
    return text;
}

std::string seconds_of(Nanoseconds value) {
    std::string text;
    append_duration_seconds(value, text);
    return text;
}

TEST(Duration, AgreesWithPython) {
    for (const OracleCase& fields : oracle_cases("oracle_durations.py", 2000)) {
        const Nanoseconds value = parse(fields[1]);
        if (fields[0] == "text") {
            EXPECT_EQ(text_of(value), fields[2]);
            EXPECT_EQ(seconds_of(value), fields[3]);
        } else {
            EXPECT_EQ(fmt::to_string(mean_gap(value, std::stoull(fields[2]))), fields[3])
                << fields[1] << " / " << fields[2];
        }
    }
}

TEST(Duration, LooksAsTheDesignSays) {
    EXPECT_EQ(text_of(24'584'185'185), "0 days 00:00:24.584185185");
    EXPECT_EQ(text_of(-2'500'000'000), "-1 days +23:59:57.500000");
    EXPECT_EQ(seconds_of(3'000'000'000), "3.0");
    EXPECT_EQ(seconds_of(-1000), "-0.000001");
}

TEST(Duration, MeanGapRoundsHalfToEven) {
    EXPECT_EQ(mean_gap(1, 2), 0);
    EXPECT_EQ(mean_gap(3, 2), 2);
    EXPECT_EQ(mean_gap(-1, 2), 0);
    EXPECT_EQ(mean_gap(-3, 2), -2);
}

}  // namespace
}  // namespace sluice
