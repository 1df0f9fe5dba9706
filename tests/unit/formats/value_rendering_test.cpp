#include "formats/value_rendering.hpp"

#include <gtest/gtest.h>

#include "rows/json_text.hpp"

namespace sluice {
namespace {

std::string rendered(const OutputColumn& column, ValueStyle style, std::string_view json) {
    std::string text;
    ValueRendering(column, style).append(json.empty() ? Token{} : token_of(json), text);
    return text;
}

constexpr ValueStyle kEpoch{.timestamps = TimestampStyle::epoch_ms};
constexpr ValueStyle kSeconds{.durations = DurationStyle::seconds};

TEST(ValueRendering, Durations) {
    const OutputColumn gap{"gap", Meaning::duration};
    EXPECT_EQ(rendered(gap, {}, "24584185185"), "\"0 days 00:00:24.584185185\"");
    EXPECT_EQ(rendered(gap, {}, "-2500000000"), "\"-1 days +23:59:57.500000\"");
    EXPECT_EQ(rendered(gap, kSeconds, "-2500000000"), "-2.5");
    EXPECT_EQ(rendered(gap, kSeconds, ""), "null");
    // The longest: 128 bits of nanoseconds.
    EXPECT_EQ(rendered(gap, {}, "-170141183460469231731687303715884105727"),
              "\"-1969226660422097589487122 days +10:18:04.115894273\"");
}

TEST(ValueRendering, Timestamps) {
    const OutputColumn time{"t", Meaning::timestamp};
    EXPECT_EQ(rendered(time, {}, "\"2024-01-01 00:00:00\""), "\"2024-01-01 00:00:00\"");
    EXPECT_EQ(rendered(time, kEpoch, "\"2024-01-01 00:00:00\""), "1704067200000");
    EXPECT_EQ(rendered(time, kEpoch, "\"\\u0032024-01-01T00:00:00.9999Z\""), "1704067200999");
    EXPECT_EQ(rendered(time, kEpoch, "null"), "null");
    EXPECT_EQ(rendered({"t", Meaning::timestamp_ns, {.timezone = "Asia/Jakarta"}}, kEpoch,
                       "\"1970-01-01T07:00:00.000000001\""),
              "0");
    EXPECT_EQ(rendered({"t", Meaning::timestamp_ns}, kEpoch, "\"1969-12-31T23:59:59.999999999\""), "-1");
}

TEST(ValueRendering, PlainValuesTravelToTheLetter) {
    for (const char* token : {"1.50", "1e400", "\"\\u0041\"", "true", "null", "123456789012345678901234567890"}) {
        EXPECT_EQ(rendered({"v"}, kEpoch, token), token);
    }
    EXPECT_EQ(rendered({"v"}, {}, "{\"a\" : [ ]}"), "{\"a\": []}");
}

}  // namespace
}  // namespace sluice
