#include "pipeline/kept_logs.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "pipeline/run_identity.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

class KeptLogs : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "sluice-logs-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        state_ = pattern;
    }
    void TearDown() override { fs::remove_all(state_); }

    std::string put(std::chrono::hours age) {
        const std::string run = new_run_id(now_ - age);
        const auto place = place_for_log(state_, run);
        EXPECT_TRUE(place);
        std::ofstream(*place) << "{}\n";
        return run;
    }
    [[nodiscard]] bool has(const std::string& run) const { return fs::exists(kept_log(state_, run)); }

    fs::path state_;
    WallTime now_ = WallTime(std::chrono::seconds(1'764'400'000));
};

TEST_F(KeptLogs, ThoseOlderThanTheHistoryGo) {
    const std::string old = put(std::chrono::hours(49));
    const std::string young = put(std::chrono::hours(47));
    remove_old_logs(state_, std::nullopt, now_);
    EXPECT_TRUE(has(old));
    remove_old_logs(state_, std::chrono::hours(48), now_);
    EXPECT_FALSE(has(old));
    EXPECT_TRUE(has(young));
}

TEST_F(KeptLogs, TheNewestThousandStay) {
    std::vector<std::string> runs;
    for (int number = 0; number < 1002; ++number) runs.push_back(put(std::chrono::hours(number)));
    std::ofstream(state_ / "logs" / "mine.jsonl") << "no log of a run\n";
    remove_old_logs(state_, std::nullopt, now_);
    for (std::size_t number = 0; number < runs.size(); ++number) EXPECT_EQ(has(runs[number]), number < kMostKeptLogs);
    EXPECT_TRUE(fs::exists(state_ / "logs" / "mine.jsonl"));
}

TEST_F(KeptLogs, WithoutAFolderNothingHappens) {
    remove_old_logs(state_, std::chrono::hours(1), now_);
    EXPECT_TRUE(fs::is_empty(state_));
}

}  // namespace
}  // namespace sluice
