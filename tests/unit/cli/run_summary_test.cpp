#include "cli/run_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

RunReport sample_report() {
    RunReport report;
    report.pipeline = "reports";
    report.status = "done";
    report.start = WallTime{};
    report.end = report.start + std::chrono::milliseconds(1500);
    report.sources.push_back({.name = "a", .rows = 1000, .bytes = 1 << 20, .seconds = 0.5});
    report.steps.push_back(
        {.step = "joined", .rows_in = {1000, 200}, .rows_out = 3000, .unmatched_left = 4, .fan_out = 2004});
    report.steps.push_back({.step = "kept", .rows_in = {3000}, .rows_out = 2900, .filtered = 100});
    report.steps.push_back({.step = "counts", .rows_in = {2900}, .rows_out = 10, .filtered = 20});
    report.outputs.push_back(
        {.name = "counts", .file = "counts.json", .how = "native", .rows = 10, .bytes = 100, .seconds = 0});
    report.destinations.push_back(
        {.name = "local", .address = "/data", .on = true, .off_reason = "", .published = true});
    report.destinations.push_back({.name = "s3", .address = "", .on = false, .off_reason = "bucket is empty"});
    return report;
}

TEST(RunSummary, TellsEachPartOfTheRun) {
    EXPECT_EQ(run_summary(sample_report()),
              "reports: done in 1.5 s\n"
              "\n"
              "source   rows    bytes    time       rate\n"
              "a       1,000  1.0 MiB  500 ms  2.0 MiB/s\n"
              "\n"
              "step    rows\n"
              "joined  1,000 and 200 in, 3,000 out; unmatched: 4 left; fan-out: 2,004\n"
              "kept    3,000 in = 2,900 out + 100 left out\n"
              "counts  2,900 in = 10 out + 20 left out + 2,870 grouped\n"
              "\n"
              "output       rows  bytes    time  by\n"
              "counts.json    10  100 B  0.0 ms  native\n"
              "\n"
              "destination  address  state\n"
              "local        /data    published\n"
              "s3                    off: bucket is empty\n");
}

TEST(RunSummary, ADryRunSaysThatNothingIsPublished) {
    RunReport report = sample_report();
    report.dry_run = true;
    report.destinations[0].published = false;
    EXPECT_THAT(run_summary(report), HasSubstr("checked in 1.5 s; a dry run publishes nothing\n"));
    EXPECT_THAT(run_summary(report), HasSubstr("nothing published"));
}

TEST(RunSummary, WarningsAreALineEach) {
    RunReport report = sample_report();
    report.warnings = {"one", "two"};
    EXPECT_EQ(run_warnings(report), "warning: one\nwarning: two\n");
    EXPECT_THAT(run_summary(report), Not(HasSubstr("warning")));
}

TEST(RunSummary, AFailureEndsWithItsThreeLines) {
    EXPECT_EQ(run_failure(sample_report()), "");
    RunReport report = sample_report();
    report.error = data_error("bad_rows", "1 row is bad");
    report.failure = {"failed: 1 row is bad", "published: nothing", "next: sluice run"};
    EXPECT_EQ(run_failure(report), "failed: 1 row is bad\npublished: nothing\nnext: sluice run\n");
    report.failure.clear();
    EXPECT_EQ(run_failure(report), "1 row is bad\n");
}

}  // namespace
}  // namespace sluice
