#include "alerting/alert_book.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kStart{hours(500'000)};

Finding failure(const std::string& code = "file_missing") {
    return {.event = AlertEvent::failure, .severity = AlertSeverity::error, .key = "failure:" + code};
}
Finding quarantine() {
    return {.event = AlertEvent::quarantine, .severity = AlertSeverity::warning, .key = "quarantine:logs"};
}

class AlertBookTest : public testing::Test {
protected:
    std::optional<AlertDecision> failed(WallTime now, const std::string& code = "file_missing") {
        return book.decide(rules, {failure(code)}, next_run(), false, now);
    }
    std::optional<AlertDecision> done(WallTime now, const std::vector<Finding>& findings = {}) {
        return book.decide(rules, findings, next_run(), true, now);
    }
    std::string next_run() { return fmt::format("run{}", ++runs); }

    AlertBook book;
    AlertRules rules;
    int runs = 0;
};

TEST_F(AlertBookTest, AGoodRunTellsNothing) { EXPECT_FALSE(done(kStart)); }

TEST_F(AlertBookTest, TheSameFailureIsToldOncePerWindowAndCounted) {
    EXPECT_TRUE(failed(kStart));
    EXPECT_FALSE(failed(kStart + minutes(20)));
    EXPECT_FALSE(failed(kStart + minutes(59)));
    const auto reminder = failed(kStart + minutes(60));
    ASSERT_TRUE(reminder);
    EXPECT_EQ(reminder->held, 2U);
    EXPECT_EQ(reminder->thread, "run1");
}

TEST_F(AlertBookTest, AnotherFailureIsNews) {
    EXPECT_TRUE(failed(kStart));
    const auto other = failed(kStart + minutes(1), "disk_full");
    ASSERT_TRUE(other);
    EXPECT_EQ(other->thread, "run1");
}

TEST_F(AlertBookTest, RecoveryComesOnceAndOnlyAfterAFailureThatWasTold) {
    EXPECT_TRUE(failed(kStart));
    const auto recovery = done(kStart + minutes(1));
    ASSERT_TRUE(recovery);
    EXPECT_TRUE(recovery->recovery);
    EXPECT_EQ(recovery->thread, "run1");
    EXPECT_FALSE(done(kStart + minutes(2)));
    rules.min_severity = AlertSeverity::error;
    rules.when = {AlertEvent::recovery};
    EXPECT_FALSE(failed(kStart + minutes(3)));
    EXPECT_FALSE(done(kStart + minutes(4)));
}

TEST_F(AlertBookTest, AfterARecoveryTheSameFailureIsNew) {
    EXPECT_TRUE(failed(kStart));
    EXPECT_TRUE(done(kStart + minutes(1)));
    const auto again = failed(kStart + minutes(2));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->thread, "run3");
}

TEST_F(AlertBookTest, AThousandFailuresInAnHourAreTenMessagesAndOneRecovery) {
    int messages = 0;
    int recoveries = 0;
    std::size_t told_of = 0;
    const auto count = [&](const std::optional<AlertDecision>& decision) {
        if (!decision) return;
        ++(decision->recovery ? recoveries : messages);
        told_of += 1 + decision->held;
    };
    for (int run = 0; run < 1000; ++run)
        count(failed(kStart + seconds(run * 36 / 10), fmt::format("code_{}", run % 40)));
    count(done(kStart + minutes(60)));
    count(done(kStart + minutes(61)));
    EXPECT_EQ(messages, 10);
    EXPECT_EQ(recoveries, 1);
    EXPECT_EQ(told_of, 1001U);
}

TEST_F(AlertBookTest, AThousandFailuresOfOneKindAreOneMessageAndOneRecovery) {
    int messages = 0;
    for (int run = 0; run < 1000; ++run) messages += failed(kStart + seconds(run * 36 / 10)) ? 1 : 0;
    EXPECT_EQ(messages, 1);
    const auto recovery = done(kStart + minutes(60));
    ASSERT_TRUE(recovery);
    EXPECT_TRUE(recovery->recovery);
    EXPECT_EQ(recovery->held, 999U);
}

TEST_F(AlertBookTest, APipelineThatComesAndGoesStaysWithinTheHour) {
    int messages = 0;
    for (int run = 0; run < 100; ++run) {
        messages += failed(kStart + seconds(run * 20)) ? 1 : 0;
        messages += done(kStart + seconds(run * 20 + 10)) ? 1 : 0;
    }
    EXPECT_LE(messages, 11);
    EXPECT_GE(messages, 10);
}

TEST_F(AlertBookTest, AFullHourHoldsBackButTellsOnceItHasRoom) {
    rules.max_per_hour = 1;
    EXPECT_TRUE(failed(kStart, "a"));
    EXPECT_FALSE(failed(kStart + minutes(30), "b"));
    const auto later = failed(kStart + minutes(61), "b");
    ASSERT_TRUE(later);
    EXPECT_EQ(later->held, 1U);
}

TEST_F(AlertBookTest, TheRulesChooseEventsAndSeverities) {
    rules.when = {AlertEvent::failure};
    EXPECT_FALSE(done(kStart, {quarantine()}));
    rules.when = {AlertEvent::quarantine};
    EXPECT_TRUE(done(kStart, {quarantine()}));
    rules.dedupe = seconds(0);
    rules.min_severity = AlertSeverity::error;
    EXPECT_FALSE(done(kStart + minutes(1), {quarantine()}));
}

TEST_F(AlertBookTest, OneMessageHasAllThatARunFound) {
    EXPECT_TRUE(done(kStart, {quarantine()}));
    const Finding drift{.event = AlertEvent::drift, .severity = AlertSeverity::warning, .key = "drift:logs"};
    const auto both = done(kStart + minutes(1), {quarantine(), drift});
    ASSERT_TRUE(both);
    EXPECT_EQ(both->findings.size(), 2U);
}

TEST_F(AlertBookTest, AClockThatWasSetBackHoldsNothingBack) {
    EXPECT_TRUE(failed(kStart + hours(48)));
    EXPECT_TRUE(failed(kStart));
}

TEST_F(AlertBookTest, WhatWaitsIsBoundedAndCounted) {
    for (int at = 0; at < 60; ++at) {
        AlertMessage message;
        message.id = fmt::format("{}", at);
        message.time = kStart;
        book.keep(std::move(message), kStart);
    }
    ASSERT_EQ(book.waiting.size(), 50U);
    EXPECT_EQ(book.waiting.front().id, "10");
    EXPECT_EQ(book.held, 10U);
    AlertMessage late;
    late.time = kStart + hours(24 * 8);
    book.keep(std::move(late), kStart + hours(24 * 8));
    EXPECT_EQ(book.waiting.size(), 1U);
    EXPECT_EQ(book.held, 60U);
}

}  // namespace
}  // namespace sluice
