#include "quality/column_profile.hpp"

#include <gtest/gtest.h>

#include "rows/json_text.hpp"

namespace sluice {
namespace {

ColumnProfile profile_of(OutputColumn column, const std::vector<std::string>& values) {
    ColumnProfile profile(std::move(column));
    for (const std::string& json : values) profile.add(token_of(json));
    return profile;
}

TEST(ColumnProfile, CountsKindsAndEqualValuesOnce) {
    const auto profile = profile_of({"v"}, {"1", "1.0", "1e0", "null", "\"1\"", "true", "[1, 2]", "[1,2]"});
    EXPECT_EQ(profile.rows(), 8U);
    EXPECT_EQ(profile.nulls(), 1U);
    EXPECT_EQ(profile.count(Kind::number), 3U);
    EXPECT_EQ(profile.count(Kind::array), 2U);
    EXPECT_EQ(profile.distinct(), 4U);
    EXPECT_EQ(profile.top(1)[0].at_least, 3U);
    EXPECT_EQ(profile.least(), "true");
    EXPECT_EQ(profile.greatest(), "[1, 2]");
}

TEST(ColumnProfile, NumbersAreOrderedByValueAndShownAsWritten) {
    const auto profile = profile_of({"v"}, {"10", "9.50", "-1e2", "0"});
    EXPECT_EQ(profile.least(), "-1e2");
    EXPECT_EQ(profile.greatest(), "10");
    EXPECT_FALSE(profile_of({"v"}, {}).least().has_value());
    EXPECT_FALSE(profile_of({"v"}, {"null"}).greatest().has_value());
}

TEST(ColumnProfile, TimesAreOrderedAsTimes) {
    const std::vector<std::string> values{"\"2026-01-01 10:00:00\"", "\"2026-01-01T12:00:00+07:00\"",
                                          "\"2026-01-01T09:00:00Z\""};
    const auto as_time = profile_of({"t", Meaning::timestamp, {.timezone = "UTC"}}, values);
    EXPECT_EQ(as_time.least(), values[1]);
    EXPECT_EQ(as_time.greatest(), values[0]);
    EXPECT_EQ(profile_of({"t"}, values).least(), values[0]);
}

TEST(ColumnProfile, KnowsWhatATimestampTakes) {
    EXPECT_TRUE(profile_of({"t"}, {"\"2026-01-01 10:00:00\"", "null"}).all_times());
    EXPECT_FALSE(profile_of({"t"}, {"\"2026-01-01 10:00:00\"", "\"2026-01-01\""}).all_times());
    EXPECT_FALSE(profile_of({"t"}, {"\"2026-01-01 10:00:00\"", "1"}).all_times());
    EXPECT_FALSE(profile_of({"t"}, {"null"}).all_times());
    EXPECT_FALSE(profile_of({"t"}, {"\"2026-01-01 10:00:00.123456\""}).needs_nanoseconds());
    EXPECT_TRUE(profile_of({"t"}, {"\"2026-01-01 10:00:00.1234567\""}).needs_nanoseconds());
}

}  // namespace
}  // namespace sluice
