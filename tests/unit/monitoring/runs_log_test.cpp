#include "monitoring/runs_log.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace sluice {
namespace {

class RunsLog : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "sluice-runs-log-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::vector<std::string> lines() const {
        std::ifstream file(folder_ / ".sluice/runs.jsonl");
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);) lines.push_back(line);
        return lines;
    }

    std::filesystem::path folder_;
};

RunReport report_named(std::string run) {
    RunReport report;
    report.run = std::move(run);
    report.status = "done";
    return report;
}

TEST_F(RunsLog, AppendsOneLineARun) {
    ASSERT_TRUE(append_to_runs_log(folder_, report_named("one")));
    ASSERT_TRUE(append_to_runs_log(folder_, report_named("two")));
    ASSERT_EQ(lines().size(), 2U);
    EXPECT_EQ(nlohmann::json::parse(lines()[0])["run"], "one");
    EXPECT_EQ(nlohmann::json::parse(lines()[1])["run"], "two");
}

TEST_F(RunsLog, OthersMayReadButNotWrite) {
    ASSERT_TRUE(append_to_runs_log(folder_, report_named("one")));
    struct stat status {};
    ASSERT_EQ(::stat((folder_ / ".sluice/runs.jsonl").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U & ~0644U, 0U);
}

TEST_F(RunsLog, LinesOfRunsThatEndTogetherDoNotMix) {
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([this] {
                for (int run = 0; run < 50; ++run) EXPECT_TRUE(append_to_runs_log(folder_, report_named("r")));
            });
        }
    }
    ASSERT_EQ(lines().size(), 200U);
    for (const std::string& line : lines()) EXPECT_EQ(nlohmann::json::parse(line)["run"], "r");
}

TEST_F(RunsLog, StartsANewLineAfterOneThatWasCut) {
    std::filesystem::create_directory(folder_ / ".sluice");
    std::ofstream(folder_ / ".sluice/runs.jsonl") << "{\"run\":\"cut";
    ASSERT_TRUE(append_to_runs_log(folder_, report_named("next")));
    ASSERT_EQ(lines().size(), 2U);
    EXPECT_EQ(nlohmann::json::parse(lines()[1])["run"], "next");
}

TEST_F(RunsLog, FailsWithThePathWhereNothingCanBeWritten) {
    const Result<> absent = append_to_runs_log(folder_ / "absent", report_named("one"));
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().kind, ErrorKind::external);
    EXPECT_NE(absent.error().message.find("absent/.sluice"), std::string::npos);

    std::filesystem::create_directories(folder_ / ".sluice/runs.jsonl");
    EXPECT_FALSE(append_to_runs_log(folder_, report_named("one")));
}

}  // namespace
}  // namespace sluice
