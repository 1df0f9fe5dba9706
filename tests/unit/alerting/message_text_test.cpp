#include "alerting/message_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const WallTime kStart{seconds(1'795'921'200)};  // 2026-11-29T03:00:00Z

RunReport failed_run() {
    RunReport report;
    report.run = "20261129T030000Z-aaaaaa";
    report.pipeline = "reports";
    report.environment = "prod";
    report.config_path = "config/config.yaml";
    report.config_hash = "22222222222";
    report.process.host = "etl1";
    report.start = kStart;
    report.end = kStart + seconds(2);
    report.status = "failed";
    report.error = external_error("file_missing", "cannot open 'a.jsonl': No such file or directory", true);
    report.failure = {"failed: cannot open 'a.jsonl': No such file or directory",
                      "published: nothing; readers still see what was there before this run",
                      "next: it may work now, type again: sluice run --env prod"};
    return report;
}

RunReport good_run() {
    RunReport report = failed_run();
    report.run = "20261128T030000Z-bbbbbb";
    report.config_hash = "11111111111";
    report.status = "done";
    report.error.reset();
    report.failure.clear();
    report.start = kStart - seconds(86'400);
    report.end = report.start + seconds(3);
    SourceReport source;
    source.name = "logs";
    source.rows_read = 1000;
    report.sources = {source};
    report.destinations = {{.name = "local", .address = "local:.", .on = true, .off_reason = "", .published = true}};
    report.outputs.resize(8);
    return report;
}

AlertMessage message_of(const RunReport& report, const RunPast& past, const AlertDecision& decision,
                        const Wording& wording = {}, bool shows_values = false,
                        const std::vector<RunReport>& crashed = {}) {
    return write_message({.report = report,
                          .past = past,
                          .crashed = crashed,
                          .folder = "/data",
                          .wording = wording,
                          .shows_values = shows_values,
                          .is_slow = false},
                         decision, "ops");
}

AlertDecision decision_of(AlertEvent event, const std::string& key) {
    return {.findings = {{.event = event, .severity = AlertSeverity::error, .key = key}},
            .recovery = false,
            .thread = "t",
            .held = 0};
}

RunPast after_good() {
    RunPast past;
    past.last_good = good_run();
    return past;
}

TEST(AlertMessageText, AFailureIsTheThreeLinesOfTheRun) {
    const auto message =
        message_of(failed_run(), after_good(), decision_of(AlertEvent::failure, "failure:file_missing"));
    EXPECT_EQ(message.title, "[sluice] reports (prod): failed");
    EXPECT_EQ(message.lines, failed_run().failure);
    EXPECT_EQ(message.severity, AlertSeverity::error);
    const std::string text = plain_text(message);
    EXPECT_THAT(text, HasSubstr("failing since: 2026-11-29 03:00:00 +00:00\n"));
    EXPECT_THAT(text, HasSubstr("last good run: 20261128T030000Z-bbbbbb, 2026-11-28 03:00:03 +00:00\n"));
    EXPECT_THAT(text, HasSubstr("folder: /data\n"));
    EXPECT_THAT(text, HasSubstr("- the config (11111111 to 22222222)\n"));
}

TEST(AlertMessageText, InIndonesianAndInTheZoneOfTheConfig) {
    const auto message = message_of(failed_run(), after_good(), decision_of(AlertEvent::failure, "failure:x"),
                                    {.language = "id", .timezone = "Asia/Jakarta"});
    EXPECT_EQ(message.title, "[sluice] reports (prod): gagal");
    EXPECT_THAT(message.lines, ElementsAre("gagal: cannot open 'a.jsonl': No such file or directory",
                                           "terbit: tidak ada; pembaca masih melihat isi sebelum run ini",
                                           "berikutnya: mungkin kini berhasil, ketik lagi: sluice run --env prod"));
    EXPECT_THAT(plain_text(message), HasSubstr("gagal sejak: 2026-11-29 10:00:00 +07:00\n"));
    EXPECT_THAT(plain_text(message), HasSubstr("Yang berubah sejak run terakhir yang baik:\n"));
}

TEST(AlertMessageText, ValuesOfTheDataAreMaskedUnlessTheyAreWanted) {
    RunReport report = failed_run();
    report.error =
        data_error("not_a_number", "config.yaml:3:1: sum needs numbers, but 'pay' is 4111-1111 at a.jsonl:7");
    report.failure[0] = "failed: " + report.error->message;
    BadRow row;
    row.file = "a.jsonl";
    row.line = 7;
    row.code = "bad_json";
    row.message = "expected 4111-1111";
    row.excerpt = "4111-1111";
    report.bad_rows = {row};
    SourceReport source;
    source.name = "logs";
    source.bad_rows = 1;
    source.rows_read = 10;
    source.bad_by_code = {{"bad_json", 1}};
    report.sources = {source};
    report.checks = {{.on = "logs",
                      .check = "between(pay)",
                      .severity = "fail",
                      .met = false,
                      .rows = 10,
                      .failing = 1,
                      .expected = "none",
                      .found = "1 of 10",
                      .examples = {{.place = "a.jsonl:8", .value = "4111-1111"}}}};
    const auto decision = decision_of(AlertEvent::failure, "failure:not_a_number");
    const std::string masked = plain_text(message_of(report, {}, decision));
    EXPECT_THAT(masked, Not(HasSubstr("4111")));
    EXPECT_THAT(masked,
                HasSubstr("failed: not_a_number; the whole message quotes values of the data: sluice runs show "));
    EXPECT_THAT(masked, HasSubstr("- a.jsonl:7: bad_json\n"));
    EXPECT_THAT(masked, HasSubstr("between(pay) of logs (fail): expected none, found 1 of 10: a.jsonl:8\n"));
    const std::string shown = plain_text(message_of(report, {}, decision, {}, true));
    EXPECT_THAT(shown, HasSubstr("'pay' is 4111-1111"));
    EXPECT_THAT(shown, HasSubstr("a.jsonl:8 4111-1111"));
}

TEST(AlertMessageText, OfManyBadRowsOnlyTheSentence) {
    RunReport report = failed_run();
    report.error =
        data_error("bad_rows", "1 of 10 rows (10%) of 'logs' is bad: 1 bad_json; none may be\n  a.jsonl:7: secret row");
    report.failure[0] = "failed: " + report.error->message;
    const auto message = message_of(report, {}, decision_of(AlertEvent::failure, "failure:bad_rows"));
    EXPECT_EQ(message.lines[0], "failed: 1 of 10 rows (10%) of 'logs' is bad: 1 bad_json; none may be");
}

TEST(AlertMessageText, ARecoveryTellsHowLongItWas) {
    RunPast past = after_good();
    past.failed = 3;
    past.failing_since = kStart - seconds(7200);
    RunReport now = good_run();
    now.run = "20261129T050000Z-cccccc";
    now.sources[0].rows_read = 1200;
    const auto message = message_of(now, past, {.findings = {}, .recovery = true, .thread = "t", .held = 41});
    EXPECT_EQ(message.title, "[sluice] reports (prod): recovered");
    EXPECT_THAT(message.lines,
                ElementsAre("recovered: run 20261129T050000Z-cccccc is done; before it 3 failed, the first at "
                            "2026-11-29 01:00:00 +00:00",
                            "published: 8 files at local:.",
                            "next: nothing to do; the run in whole: sluice runs show 20261129T050000Z-cccccc"));
    EXPECT_THAT(plain_text(message), HasSubstr("held back before this message: 41\n"));
    EXPECT_THAT(plain_text(message), HasSubstr("- rows of 'logs': 1,000 to 1,200\n"));
    EXPECT_THAT(message.events, ElementsAre(AlertEvent::recovery));
}

TEST(AlertMessageText, ARunThatDiedIsToldByTheNext) {
    RunReport died = failed_run();
    died.status = "crashed";
    const auto message = message_of(good_run(), {}, decision_of(AlertEvent::failure, "crashed:x"), {}, false, {died});
    EXPECT_EQ(message.title, "[sluice] reports (prod): failed");
    EXPECT_THAT(message.lines[0], HasSubstr("failed: run 20261129T030000Z-aaaaaa of 2026-11-29 03:00:00 +00:00 died"));
    EXPECT_THAT(message.lines[1], HasSubstr("published: 8 files at local:."));
    EXPECT_THAT(message.lines[2], HasSubstr("sluice runs show 20261129T030000Z-aaaaaa"));
}

TEST(AlertMessageText, ListsAndLinesAreCut) {
    RunReport report = failed_run();
    for (int at = 0; at < 30; ++at)
        report.checks.push_back({.on = std::string(5000, 'x'),
                                 .check = "c",
                                 .severity = "warn",
                                 .met = false,
                                 .expected = {},
                                 .found = {}});
    const auto message = message_of(report, {}, decision_of(AlertEvent::quality, "q"));
    ASSERT_EQ(message.groups[0].items.size(), 11U);
    EXPECT_EQ(message.groups[0].items[10], "and 20 more");
    EXPECT_LE(message.groups[0].items[0].size(), 1003U);
}

}  // namespace
}  // namespace sluice
