#include "monitoring/metrics/metrics_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "monitoring/metrics/metrics_text.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class MetricsFile : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "sluice-metrics-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        file_ = folder_ / "sluice.prom";
        report_.run = "r1";
        report_.pipeline = "reports";
        report_.start = WallTime(std::chrono::seconds(1'709'078'400));
        report_.end = report_.start + std::chrono::seconds(2);
    }
    void TearDown() override { fs::remove_all(folder_); }

    [[nodiscard]] std::string text() const {
        std::ostringstream all;
        all << std::ifstream(file_).rdbuf();
        return all.str();
    }
    void put(const std::string& text) const { std::ofstream(file_) << text; }
    [[nodiscard]] std::string refusal() const {
        const auto replaced = replace_metrics_file(file_, report_, std::nullopt);
        return replaced ? "" : replaced.error().message;
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }

    fs::path folder_;
    fs::path file_;
    RunReport report_;
};

TEST_F(MetricsFile, IsMadeAndReplacedAndEverybodyMayReadIt) {
    const mode_t before = ::umask(0077);
    EXPECT_EQ(refusal(), "");
    ::umask(before);
    EXPECT_EQ(text(), metrics_text(report_, report_.end));
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms{0644});
    struct stat old {};
    ASSERT_EQ(::stat(file_.c_str(), &old), 0);
    report_.end += std::chrono::seconds(5);
    EXPECT_EQ(refusal(), "");
    EXPECT_EQ(text(), metrics_text(report_, report_.end));
    struct stat now {};
    ASSERT_EQ(::stat(file_.c_str(), &now), 0);
    EXPECT_NE(now.st_ino, old.st_ino) << "a reader of the old one still reads the old one";
    EXPECT_EQ(files(), 1U);
}

TEST_F(MetricsFile, AFailedRunKeepsTheLaterOfTheLastSuccessesThatAreKnown) {
    EXPECT_EQ(refusal(), "");
    const WallTime good = report_.end;
    report_.error = external_error("x", "y");
    report_.end += std::chrono::hours(1);
    EXPECT_EQ(refusal(), "");
    EXPECT_EQ(last_success_in(text()), good);
    ASSERT_TRUE(replace_metrics_file(file_, report_, good - std::chrono::hours(1)));
    EXPECT_EQ(last_success_in(text()), good);
    ASSERT_TRUE(replace_metrics_file(file_, report_, good + std::chrono::seconds(1)));
    EXPECT_EQ(last_success_in(text()), good + std::chrono::seconds(1));
    fs::remove(file_);
    ASSERT_TRUE(replace_metrics_file(file_, report_, good));
    EXPECT_EQ(last_success_in(text()), good);
}

TEST_F(MetricsFile, WhatIsNotItsOwnStays) {
    put("k: v\n");
    EXPECT_THAT(refusal(), HasSubstr("does not hold metrics of pipeline 'reports'; it was left as it is"));
    EXPECT_EQ(text(), "k: v\n");
    RunReport other = report_;
    other.pipeline = "other";
    put(metrics_text(other, std::nullopt));
    EXPECT_THAT(refusal(), HasSubstr("does not hold metrics of pipeline 'reports'"));
    EXPECT_EQ(text(), metrics_text(other, std::nullopt));
    EXPECT_EQ(files(), 1U);
    put("");
    EXPECT_EQ(refusal(), "") << "an empty file is nobody's";
}

TEST_F(MetricsFile, AFifoIsNeitherOpenedNorReplaced) {
    ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
    EXPECT_THAT(refusal(), HasSubstr("is no regular file"));
    EXPECT_TRUE(fs::is_fifo(file_));
    EXPECT_EQ(files(), 1U);
}

TEST_F(MetricsFile, AFolderThatIsNotThereIsNotMade) {
    file_ = folder_ / "absent" / "sluice.prom";
    EXPECT_THAT(refusal(), HasSubstr("cannot make a file in '" + (folder_ / "absent").string()));
    EXPECT_FALSE(fs::exists(folder_ / "absent"));
}

}  // namespace
}  // namespace sluice
