#include "rows/time_reader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "rows/json_text.hpp"
#include "unit/rows/oracle.hpp"

namespace sluice {
namespace {

ParsedTime read(const TimeNotation& notation, const std::string& json, bool nanoseconds = false) {
    std::string scratch;
    return TimeReader::of(notation).value().read(token_of(json), nanoseconds, scratch);
}

TEST(TimeReader, AgreesWithPython) {
    for (const OracleCase& fields : oracle_cases("oracle_time_forms.py", 6000)) {
        const TimeNotation notation{.timezone = fields[2], .format = fields[0]};
        std::string json;
        if (notation.is_epoch())
            json = fields[1];
        else
            append_quoted(fields[1], json);
        const std::string what = json + " as '" + fields[0] + "' in '" + fields[2] + "', nanoseconds: " + fields[3];
        const ParsedTime time = read(notation, json, fields[3] == "1");
        if (fields[4] != "none") {
            EXPECT_NE(time.fault, TimeFault::none) << what;
            EXPECT_TRUE(fields[4] != "range" || time.fault == TimeFault::range) << what;
            EXPECT_TRUE(fields[4] != "precision" || time.fault == TimeFault::precision) << what;
            continue;
        }
        EXPECT_EQ(time.fault, TimeFault::none) << what;
        EXPECT_EQ(std::to_string(time.microseconds), fields[5]) << what;
        EXPECT_EQ(std::to_string(time.nanoseconds), fields[6]) << what;
    }
}

TEST(TimeReader, TextsAndNumbersAreNotTakenForOneAnother) {
    EXPECT_EQ(read({.format = "epoch_s"}, "\"0\"").fault, TimeFault::form);
    EXPECT_EQ(read({.format = "epoch_s"}, "true").fault, TimeFault::form);
    EXPECT_EQ(read({.format = "%Y%m%d"}, "20240131").fault, TimeFault::form);
    EXPECT_EQ(read({}, "20240131").fault, TimeFault::form);
    EXPECT_EQ(read({.format = "%Y%m%d"}, R"("2024\u0030131")").fault, TimeFault::none) << "an escaped digit";
}

TEST(TimeReader, LeapSecondsAreNoTimes) {
    EXPECT_EQ(read({}, "\"2016-12-31T23:59:60Z\"").fault, TimeFault::form);
    EXPECT_EQ(read({.format = "%d.%m.%Y %H:%M:%S"}, "\"31.12.2016 23:59:60\"").fault, TimeFault::range);
    // The clock of 1970 gives the leap second the count of the second behind it.
    EXPECT_EQ(read({.format = "epoch_s"}, "1483228800").microseconds,
              read({}, "\"2017-01-01T00:00:00Z\"").microseconds);
}

TEST(TimeReader, PatternsThatSayNoTimeAreRefused) {
    for (const char* format : {"epoch",
                               "epoch_m",
                               "iso",
                               "%",
                               "%Y-%m",
                               "%Y-%d",
                               "%m-%d",
                               "%H:%M:%S",
                               "%Y-%m-%d %Q",
                               "%Y-%m-%d %I:%M",
                               "%Y-%m-%d %H:%M %p",
                               "%Y-%m-%d %M",
                               "%Y-%m-%d %H %S",
                               "%Y-%m-%d %H:%M.%f",
                               "%Y-%y-%m-%d",
                               "%Y-%m-%b-%d",
                               "%Y-%b-%B-%d",
                               "%Y-%m-%d %Y",
                               "%a %A %Y-%m-%d",
                               "%Y-%m-%d %H %I %p",
                               "%Y-%m-%d %"}) {
        const auto reader = TimeReader::of({.format = format});
        ASSERT_FALSE(reader) << format;
        EXPECT_EQ(reader.error().kind, ErrorKind::config) << format;
        EXPECT_EQ(reader.error().code, "bad_time_format") << reader.error().message;
    }
    for (const TimeNotation& notation : {TimeNotation{.timezone = "Asia/Jakarta", .format = "epoch_s"},
                                         TimeNotation{.timezone = "Asia/Jakarta", .format = "%Y-%m-%d %z"}}) {
        const auto reader = TimeReader::of(notation);
        ASSERT_FALSE(reader);
        EXPECT_EQ(reader.error().code, "zone_not_needed") << reader.error().message;
    }
}

}  // namespace
}  // namespace sluice
