#include "rows/timestamp.hpp"

#include <gtest/gtest.h>

#include "unit/rows/oracle.hpp"

namespace sluice {
namespace {

std::string_view name_of(TimeFault fault) {
    switch (fault) {
        case TimeFault::none:
            return "none";
        case TimeFault::form:
            return "form";
        case TimeFault::range:
            return "range";
        case TimeFault::precision:
            return "precision";
    }
    return "?";
}

TimeZone zone_named(const std::string& name) { return name.empty() ? TimeZone::utc() : TimeZone::named(name).value(); }

TEST(Timestamp, AgreesWithPython) {
    for (const OracleCase& fields : oracle_cases("oracle_times.py", 4000)) {
        const std::string what = fields[0] + " in '" + fields[1] + "', nanoseconds: " + fields[2];
        const ParsedTime time = parse_timestamp(fields[0], fields[2] == "1", zone_named(fields[1]));
        EXPECT_EQ(name_of(time.fault), fields[3]) << what;
        if (time.fault != TimeFault::none || fields[3] != "none") continue;
        EXPECT_EQ(std::to_string(time.microseconds), fields[4]) << what;
        EXPECT_EQ(std::to_string(time.nanoseconds), fields[5]) << what;
        EXPECT_EQ(std::to_string(epoch_milliseconds(time.microseconds)), fields[6]) << what;
        std::string iso;
        append_iso_time(time.microseconds, time.nanoseconds, iso);
        EXPECT_EQ(iso, fields[7]) << what;
    }
}

TEST(Timestamp, ChangesOfTheOffset) {
    const TimeZone new_york = zone_named("America/New_York");
    // 2024-03-10 02:30 is skipped, 2024-11-03 01:30 comes twice: both take the offset before the change.
    EXPECT_EQ(parse_timestamp("2024-03-10 02:30:00", false, new_york).microseconds, 1'710'055'800'000'000);
    EXPECT_EQ(parse_timestamp("2024-11-03 01:30:00", false, new_york).microseconds, 1'730'611'800'000'000);
    EXPECT_EQ(new_york.offset_of_local(0), -18'000);
}

TEST(Timestamp, UnknownZonesAreRefused) {
    for (const char* name : {"Asia/Djakarta", "", "../../etc/passwd", "/usr/share/zoneinfo/Asia/Jakarta", "localtime",
                             "Fixed/UTC+01:00:00", "file:Asia/Jakarta", "Asia/"}) {
        const Result<TimeZone> zone = TimeZone::named(name);
        ASSERT_FALSE(zone) << name;
        EXPECT_EQ(zone.error().kind, ErrorKind::config) << name;
        EXPECT_EQ(zone.error().code, "unknown_timezone") << zone.error().message;
    }
}

}  // namespace
}  // namespace sluice
