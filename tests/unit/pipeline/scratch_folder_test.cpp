#include "pipeline/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pipeline/run_identity.hpp"

namespace sluice {
namespace {

TEST(ScratchFolder, IsPrivateAndLeavesNothing) {
    std::filesystem::path path;
    {
        const auto scratch = ScratchFolder::create(std::nullopt, new_run_id(std::chrono::system_clock::now()));
        ASSERT_TRUE(scratch);
        path = (*scratch)->path();
        std::ofstream(path / "spool") << "bytes";
        EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ScratchFolder, AMissingParentIsNamed) {
    const auto scratch = ScratchFolder::create("/nonexistent/folder", "run");
    ASSERT_FALSE(scratch);
    EXPECT_EQ(exit_code(scratch.error()), 4);
    EXPECT_THAT(scratch.error().message, testing::HasSubstr("/nonexistent/folder"));
    EXPECT_THAT(scratch.error().message, testing::HasSubstr("--temp-dir"));
}

TEST(RunIdentity, SortsByStartAndTellsRunsOfOneSecondApart) {
    const std::chrono::system_clock::time_point start{std::chrono::seconds(1'700'000'000)};
    const std::string run = new_run_id(start);
    EXPECT_THAT(run, testing::MatchesRegex("20231114T221320Z-[0-9a-f]{6}"));
    EXPECT_LT(run, new_run_id(start + std::chrono::seconds(1)));
}

}  // namespace
}  // namespace sluice
