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

// A folder as a run makes it, and where it is.
class Leftover {
public:
    explicit Leftover(const std::filesystem::path& parent)
        : path_(parent / ("sluice-" + new_run_id(std::chrono::system_clock::now()))) {
        std::filesystem::create_directory(path_);
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
    }
    Leftover& with(const std::string& file, std::filesystem::perms rights = kOwnerOnly) {
        std::ofstream(path_ / file) << "bytes";
        std::filesystem::permissions(path_ / file, rights);
        return *this;
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] bool is_there() const { return std::filesystem::exists(path_); }

private:
    static constexpr auto kOwnerOnly = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
    std::filesystem::path path_;
};

TEST(ScratchFolder, TheNextRunRemovesWhatAKilledOneLeft) {
    const auto home = ScratchFolder::create(std::nullopt, new_run_id(std::chrono::system_clock::now()));
    ASSERT_TRUE(home);
    const std::filesystem::path parent = (*home)->path();
    const std::filesystem::path elsewhere = parent / "elsewhere";
    std::filesystem::create_directory(elsewhere);
    std::ofstream(elsewhere / "kept") << "bytes";

    Leftover dead(parent);
    std::filesystem::create_directory_symlink(elsewhere, dead.with("lock").with("spool").path() / "link");
    const auto living = ScratchFolder::create(parent, new_run_id(std::chrono::system_clock::now()));
    ASSERT_TRUE(living);
    EXPECT_FALSE(dead.is_there());
    EXPECT_TRUE(std::filesystem::exists(elsewhere / "kept"));

    Leftover not_ours(parent);  // it has no lock
    Leftover open_to_others(parent);
    open_to_others.with("lock");
    std::filesystem::permissions(open_to_others.path(), std::filesystem::perms(0755));
    Leftover linked_lock(parent);
    std::filesystem::create_symlink(elsewhere / "kept", linked_lock.path() / "lock");
    Leftover other_name(parent);
    std::filesystem::rename(other_name.with("lock").path(), parent / "sluice-data");
    Leftover real(elsewhere);
    const std::filesystem::path link = parent / real.with("lock").path().filename();
    std::filesystem::create_directory_symlink(real.path(), link);

    const auto next = ScratchFolder::create(parent, new_run_id(std::chrono::system_clock::now()));
    ASSERT_TRUE(next);
    EXPECT_TRUE(std::filesystem::exists((*living)->path()));
    EXPECT_TRUE(not_ours.is_there());
    EXPECT_TRUE(open_to_others.is_there());
    EXPECT_TRUE(linked_lock.is_there());
    EXPECT_TRUE(std::filesystem::exists(parent / "sluice-data"));
    EXPECT_TRUE(std::filesystem::exists(link));
    EXPECT_TRUE(real.is_there());
}

TEST(RunIdentity, KnowsItsForm) {
    EXPECT_TRUE(is_run_id(new_run_id(std::chrono::system_clock::now())));
    EXPECT_FALSE(is_run_id("20231114T221320Z-3f9a1"));
    EXPECT_FALSE(is_run_id("20231114T221320Z-3f9a1cc"));
    EXPECT_FALSE(is_run_id("20231114T221320Z-3F9A1C"));
    EXPECT_FALSE(is_run_id("2023111aT221320Z-3f9a1c"));
    EXPECT_FALSE(is_run_id(""));
}

TEST(RunIdentity, SortsByStartAndTellsRunsOfOneSecondApart) {
    const std::chrono::system_clock::time_point start{std::chrono::seconds(1'700'000'000)};
    const std::string run = new_run_id(start);
    EXPECT_THAT(run, testing::MatchesRegex("20231114T221320Z-[0-9a-f]{6}"));
    EXPECT_LT(run, new_run_id(start + std::chrono::seconds(1)));
}

}  // namespace
}  // namespace sluice
