#include "alerting/findings.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace sluice {
namespace {

using std::chrono::seconds;

RunReport run(const std::string& id, const std::string& status, int start, double took = 10) {
    RunReport report;
    report.run = id;
    report.pipeline = "p";
    report.status = status;
    report.start = WallTime(seconds(start));
    report.end = report.start + std::chrono::milliseconds(static_cast<int>(took * 1000));
    if (status == "failed") report.error = external_error("file_missing", "gone");
    return report;
}

std::vector<std::string> keys(const std::vector<Finding>& findings) {
    std::vector<std::string> keys;
    for (const Finding& finding : findings) keys.push_back(finding.key);
    return keys;
}

TEST(RunPast, KnowsTheOutageAndTheLastGoodRun) {
    RunReport dry = run("dry", "failed", 45);
    dry.dry_run = true;
    const auto past =
        past_of(run("now", "failed", 60), {run("e", "failed", 50), dry, run("d", "crashed", 40), run("c", "failed", 30),
                                           run("b", "done", 20), run("a", "failed", 10)});
    ASSERT_TRUE(past.last_good);
    EXPECT_EQ(past.last_good->run, "b");
    EXPECT_EQ(past.failed, 3U);
    EXPECT_EQ(past.failing_since, WallTime(seconds(30)));
    ASSERT_EQ(past.crashed.size(), 1U);
    EXPECT_EQ(past.crashed[0].run, "d");
}

TEST(RunPast, OfNothingIsNothing) {
    const auto past = past_of(run("now", "failed", 60), {});
    EXPECT_FALSE(past.last_good);
    EXPECT_FALSE(past.failing_since);
    EXPECT_FALSE(usual_duration(past));
}

TEST(Findings, AFailureIsKnownByItsCode) {
    EXPECT_EQ(keys(findings_of(run("now", "failed", 1), {}, {}, {})), std::vector<std::string>{"failure:file_missing"});
    EXPECT_TRUE(findings_of(run("now", "done", 1), {}, {}, {}).empty());
}

TEST(Findings, AStopAtTheKeyboardIsNoFailureAndOneFromOutsideIs) {
    RunReport stopped = run("now", "interrupted", 1);
    stopped.error = interrupted_error(SIGINT);
    EXPECT_TRUE(findings_of(stopped, {}, {}, {}).empty());
    stopped.error = interrupted_error(SIGTERM);
    EXPECT_EQ(findings_of(stopped, {}, {}, {}).size(), 1U);
}

TEST(Findings, ARunThatDiedIsTold) {
    EXPECT_EQ(keys(findings_of(run("now", "done", 9), {}, {run("x", "crashed", 1)}, {})),
              std::vector<std::string>{"crashed:x"});
}

TEST(Findings, ChecksRejectedRowsAndColumns) {
    RunReport report = run("now", "done", 1);
    report.checks = {
        {.on = "logs", .check = "not_null(a)", .severity = "warn", .met = false, .expected = {}, .found = {}},
        {.on = "logs", .check = "unique(b)", .severity = "fail", .met = false, .expected = {}, .found = {}},
        {.on = "logs", .check = "unique(c)", .severity = "fail", .met = true, .expected = {}, .found = {}}};
    SourceReport source;
    source.name = "logs";
    source.bad_rows = 1;
    source.drift.added.push_back({.column = "z", .from = "", .to = "text"});
    report.sources = {source};
    const auto findings = findings_of(report, {}, {}, {});
    EXPECT_EQ(keys(findings), (std::vector<std::string>{"quality:logs:not_null(a)", "quality:logs:unique(b)",
                                                        "quarantine:logs", "drift:logs"}));
    EXPECT_EQ(findings[0].severity, AlertSeverity::warning);
    EXPECT_EQ(findings[1].severity, AlertSeverity::error);
}

TEST(Findings, SlowIsAgainstTheMedianOfGoodRunsAndByFiveSeconds) {
    std::vector<RunReport> earlier;
    for (int at = 0; at < 5; ++at)
        earlier.push_back(run("r" + std::to_string(at), "done", 100 - at, at == 0 ? 500 : 10));
    const SlowRule slow;
    const auto is_found = [&](double took) {
        const RunReport now = run("now", "done", 200, took);
        return !findings_of(now, past_of(now, earlier), {}, slow).empty();
    };
    EXPECT_FALSE(is_found(20));
    EXPECT_TRUE(is_found(20.1));
    earlier.pop_back();
    EXPECT_FALSE(is_found(100));
    for (RunReport& good : earlier) good.end = good.start + seconds(1);
    earlier.push_back(run("r9", "done", 1, 1));
    EXPECT_FALSE(is_found(5.9));
    EXPECT_TRUE(is_found(6.1));
}

}  // namespace
}  // namespace sluice
