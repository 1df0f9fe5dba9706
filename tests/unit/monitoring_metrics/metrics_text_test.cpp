#include "monitoring/metrics/metrics_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

RunReport good_run() {
    RunReport report;
    report.run = "r1";
    report.pipeline = "reports";
    report.start = WallTime(std::chrono::microseconds(1'709'078'400'250'001));
    report.end = report.start + std::chrono::milliseconds(2500);
    report.status = "done";
    return report;
}

StageReport stage(const char* name, double seconds, double cpu_seconds, std::uint64_t retries, double waiting_seconds) {
    StageReport report;
    report.name = name;
    report.seconds = seconds;
    report.cpu_seconds = cpu_seconds;
    report.retries = retries;
    report.waiting_seconds = waiting_seconds;
    return report;
}

TEST(MetricsText, OfAGoodRun) {
    RunReport report = good_run();
    report.stages.push_back(stage("read", 0.5, 0.75, 2, 0.125));
    report.stages.push_back(stage("publish", 2, 0.25, 1, 1));
    const std::string text = metrics_text(report, report.end);
    EXPECT_THAT(text, HasSubstr("\nsluice_run_success{pipeline=\"reports\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("\nsluice_run_exit_code{pipeline=\"reports\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("\nsluice_run_start_timestamp_seconds{pipeline=\"reports\"} 1709078400.250001\n"));
    EXPECT_THAT(text, HasSubstr("\nsluice_last_success_timestamp_seconds{pipeline=\"reports\"} 1709078402.750001\n"));
    EXPECT_THAT(text, HasSubstr("\nsluice_run_duration_seconds{pipeline=\"reports\"} 2.5\n"));
    EXPECT_THAT(text, HasSubstr("\nsluice_run_cpu_seconds{pipeline=\"reports\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("\nsluice_run_waiting_seconds{pipeline=\"reports\"} 1.125\n"));
    EXPECT_THAT(text, HasSubstr("\nsluice_run_retries{pipeline=\"reports\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("\nsluice_stage_cpu_seconds{pipeline=\"reports\",stage=\"read\"} 0.75\n"));
    EXPECT_THAT(text, Not(HasSubstr("environment=")));
}

TEST(MetricsText, OfAFailedRunInAnEnvironment) {
    RunReport report = good_run();
    report.environment = "prod";
    report.status = "failed";
    report.error = data_error("bad_rows", "2 rows are bad");
    const std::string text = metrics_text(report, std::nullopt);
    EXPECT_THAT(text, HasSubstr("\nsluice_run_success{pipeline=\"reports\",environment=\"prod\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("\nsluice_run_exit_code{pipeline=\"reports\",environment=\"prod\"} 3\n"));
    EXPECT_THAT(text, Not(HasSubstr("sluice_last_success")));
    EXPECT_THAT(text, Not(HasSubstr("2 rows are bad")));
}

TEST(MetricsText, OnlyDestinationsThatAreOn) {
    RunReport report = good_run();
    report.destinations.push_back({.name = "local", .address = "out", .on = true, .off_reason = "", .published = true});
    report.destinations.push_back({.name = "s3", .address = "", .on = false, .off_reason = "bucket is empty"});
    const std::string text = metrics_text(report, report.end);
    EXPECT_THAT(text, HasSubstr("destination=\"local\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("destination=\"s3\"")));
}

TEST(MetricsText, ExpectationsAreTheirNames) {
    RunReport report = good_run();
    report.checks.push_back({.on = "logs",
                             .check = "not_null(user_id)",
                             .severity = "warn",
                             .met = false,
                             .rows = 9,
                             .failing = 4,
                             .expected = "none",
                             .found = "4 of 9 rows"});
    const std::string text = metrics_text(report, report.end);
    EXPECT_THAT(text, HasSubstr("\nsluice_check_met{pipeline=\"reports\",on=\"logs\",check=\"not_null(user_id)\","
                                "severity=\"warn\"} 0\n"));
    EXPECT_THAT(text,
                HasSubstr("sluice_check_failing_rows{pipeline=\"reports\",on=\"logs\",check=\"not_null(user_id)\","
                          "severity=\"warn\"} 4\n"));
}

TEST(MetricsText, HasABound) {
    RunReport report = good_run();
    for (int number = 0; number < 1000; ++number) {
        report.steps.emplace_back().step = "s" + std::to_string(number);
        report.outputs.emplace_back().name = "o" + std::to_string(number);
    }
    const std::string text = metrics_text(report, report.end);
    EXPECT_EQ(std::ranges::count(text, '\n'), 2 * 19 + 12 + 6 * 200 + 2 + 1);
    EXPECT_THAT(text, HasSubstr("\nsluice_left_out_items{pipeline=\"reports\",kind=\"step\"} 800\n"));
}

TEST(MetricsText, ItsMarkIsThatOfItsPipelineAndEnvironmentAlone) {
    RunReport report = good_run();
    report.pipeline = "a} 0\n\"b";
    const std::string text = metrics_text(report, report.end);
    EXPECT_THAT(text, HasSubstr('\n' + metrics_mark(report)));
    RunReport other = report;
    other.environment = "prod";
    EXPECT_THAT(text, Not(HasSubstr('\n' + metrics_mark(other))));
    EXPECT_THAT(metrics_text(other, report.end), Not(HasSubstr('\n' + metrics_mark(report))));
    other = report;
    other.pipeline = "a";
    EXPECT_THAT(text, Not(HasSubstr('\n' + metrics_mark(other))));
}

TEST(LastSuccess, IsReadBackToTheMicrosecond) {
    RunReport report = good_run();
    report.pipeline = "a} 7 \"b";
    EXPECT_EQ(last_success_in(metrics_text(report, report.end)), report.end);
    EXPECT_EQ(last_success_in(metrics_text(report, std::nullopt)), std::nullopt);
    EXPECT_EQ(last_success_in(""), std::nullopt);
    EXPECT_EQ(last_success_in("\nsluice_last_success_timestamp_seconds{pipeline=\"p\"} soon\n"), std::nullopt);
    EXPECT_EQ(last_success_in("\nsluice_last_success_timestamp_seconds{pipeline=\"p\"} 1e300\n"), std::nullopt);
}

}  // namespace
}  // namespace sluice
