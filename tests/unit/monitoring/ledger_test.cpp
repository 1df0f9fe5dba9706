#include "monitoring/ledger/ledger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "monitoring/report_json.hpp"

namespace sluice {
namespace {

class LedgerTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "sluice-ledger-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        state_ = std::filesystem::path(pattern) / ".sluice";
    }
    void TearDown() override { std::filesystem::remove_all(state_.parent_path()); }

    [[nodiscard]] std::unique_ptr<Ledger> open() {
        auto ledger = Ledger::open(state_, notes_);
        EXPECT_TRUE(ledger) << (ledger ? "" : ledger.error().message);
        return ledger ? std::move(*ledger) : nullptr;
    }

    std::filesystem::path state_;
    std::vector<std::string> notes_;
};

RunReport full_report(std::string run) {
    RunReport report;
    report.run = std::move(run);
    report.command = "sluice run";
    report.process = {.pid = 7, .host = "h", .boot = "b", .process_space = "p", .start_ticks = 9};
    report.replay_of = "r0";
    report.pipeline = std::string("p\0q", 3);
    report.config_path = "c.yaml";
    report.config_hash = "ff";
    report.environment = "prod";
    report.params = {{"date", "2026-11-22"}, {"a", "\"b\""}};
    report.start = WallTime(std::chrono::microseconds(1709078400250001));
    report.end = report.start + std::chrono::microseconds(1500001);
    report.status = "interrupted";
    report.peak_memory_bytes = 1 << 30U;
    report.stages.push_back({.name = "read",
                             .start = report.start,
                             .seconds = 0.5,
                             .cpu_seconds = 0.25,
                             .rows = 3,
                             .bytes = 4,
                             .retries = 5,
                             .peak_memory_bytes = 6,
                             .waiting_seconds = 0.125});
    SourceReport source{.name = "a", .rows_read = 4, .rows = 3, .bad_rows = 1, .bytes = 100, .seconds = 0.5};
    source.bad_by_code = {{"truncated", 1}};
    source.nulled = {{.column = "c", .values = 2, .first = "a.jsonl:1"}};
    source.drift = {.since = "r0", .added = {{"x", "", "number"}}, .removed = {{"y", "text", ""}}, .widened = {}};
    report.sources.push_back(source);
    report.steps.push_back({.step = "j", .rows_in = {3, 4}, .rows_out = 5, .unmatched_right = 1, .fan_out = 2});
    report.steps.push_back({.step = "d", .rows_in = {5}, .rows_out = 3, .deduplicated = 2});
    report.checks.push_back({.on = "a",
                             .check = "not_null(c)",
                             .severity = "warn",
                             .met = false,
                             .rows = 3,
                             .failing = 2,
                             .expected = "no row fails",
                             .found = "2 of 3 rows fail (66.7%)",
                             .examples = {{.place = "a.jsonl:1", .value = ""}}});
    report.outputs.push_back({.name = "j", .file = "j.json", .how = "native", .rows = 5, .bytes = 9});
    report.outputs.back().crc64nvme = 0xfedcba9876543210;
    report.outputs.back().sha256 = std::string(64, 'a');
    report.outputs.back().partitions = 3;
    report.destinations.push_back({.name = "local", .address = "out", .on = true, .off_reason = "", .published = true});
    report.outputs.back().destinations = {0};
    report.warnings = {"one", "two\nlines"};
    report.error = interrupted_error(15);
    report.failure = {"failed: stopped", "published: nothing", "next: again"};
    return report;
}

TEST_F(LedgerTest, GivesBackWhatWasPutIn) {
    const RunReport report = full_report("r1");
    ASSERT_TRUE(open()->put(report));
    const auto found = open()->run("r");
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(report_document(*found), report_document(report));
    EXPECT_EQ(found->outputs[0].destinations, std::vector<std::size_t>{0});
    EXPECT_EQ(found->pipeline, report.pipeline);
    EXPECT_EQ(found->process.start_ticks, 9U);
    EXPECT_TRUE(notes_.empty());
}

// As version 1 left it: without the table of checks.
TEST_F(LedgerTest, OneOfTheVersionBeforeIsReadAndBroughtUpToDate) {
    RunReport before = full_report("r1");
    before.checks.clear();
    for (StageReport& stage : before.stages) stage.waiting_seconds = 0;
    ASSERT_TRUE(open()->put(before));
    {
        const auto database = Database::open(state_ / "ledger.db", Database::Access::write, 1000);
        ASSERT_TRUE(database);
        ASSERT_TRUE(
            (*database)->execute("DROP TABLE checks;"
                                 "ALTER TABLE stages DROP COLUMN rows_per_second;"
                                 "ALTER TABLE stages DROP COLUMN bytes_per_second;"
                                 "ALTER TABLE stages DROP COLUMN waiting_seconds;"
                                 "PRAGMA user_version = 1"));
    }
    const auto reader = Ledger::open_to_read(state_);
    ASSERT_TRUE(reader);
    const auto read = (*reader)->run("r1");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(report_document(*read), report_document(before));
    ASSERT_TRUE(open()->put(full_report("r2")));
    const auto written = open()->run("r2");
    ASSERT_TRUE(written);
    EXPECT_EQ(report_document(*written), report_document(full_report("r2")));
    EXPECT_TRUE(notes_.empty());
}

TEST_F(LedgerTest, PuttingARunInAgainReplacesAllOfIt) {
    const auto ledger = open();
    RunReport report = full_report("r1");
    ASSERT_TRUE(ledger->put(report));
    report.warnings = {"only"};
    report.outputs.clear();
    ASSERT_TRUE(ledger->put(report));
    const auto runs = ledger->runs({});
    ASSERT_TRUE(runs);
    ASSERT_EQ(runs->size(), 1U);
    EXPECT_EQ(report_document(runs->front()), report_document(report));
}

TEST_F(LedgerTest, ThreadsWithLedgersOfTheirOwnWriteAtOnce) {
    constexpr int kThreads = 8;
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < kThreads; ++number)
            threads.emplace_back([this, number] {
                std::vector<std::string> notes;
                for (int run = 0; run < 5; ++run) {
                    const auto ledger = Ledger::open(state_, notes);
                    ASSERT_TRUE(ledger) << ledger.error().message;
                    const auto put = (*ledger)->put(full_report(std::to_string(number) + '-' + std::to_string(run)));
                    ASSERT_TRUE(put) << put.error().message;
                }
            });
    }
    const auto runs = open()->runs({.parts = false});
    ASSERT_TRUE(runs);
    EXPECT_EQ(runs->size(), kThreads * 5U);
}

TEST_F(LedgerTest, ALedgerThatWasReplacedIsNotInPlace) {
    const auto ledger = open();
    EXPECT_TRUE(ledger->in_place());
    std::filesystem::rename(state_ / "ledger.db", state_ / "away");
    EXPECT_FALSE(ledger->in_place());
    std::ofstream(state_ / "ledger.db") << "";
    EXPECT_FALSE(ledger->in_place());
}

TEST_F(LedgerTest, BeginAnewKeepsWhatWasThere) {
    ASSERT_TRUE(open()->put(full_report("r1")));
    ASSERT_TRUE(Ledger::begin_anew(state_, notes_));
    EXPECT_EQ(notes_.size(), 1U);
    const auto runs = open()->runs({});
    ASSERT_TRUE(runs);
    EXPECT_TRUE(runs->empty());
    EXPECT_EQ(std::ranges::count_if(std::filesystem::directory_iterator(state_),
                                    [](const auto& entry) {
                                        return entry.path().filename().string().starts_with("ledger.db.corrupt-") &&
                                               entry.file_size() > 4096;
                                    }),
              1);
}

}  // namespace
}  // namespace sluice
