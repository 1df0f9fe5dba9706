#include "loaders/local_destination.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loaders/commit_record.hpp"
#include "loaders/output_file.hpp"
#include "scratch_folder.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using test::read_text;
using test::ScratchFolder;
using test::write_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Names = std::set<std::string>;

class LocalDestinationTest : public ::testing::Test {
protected:
    DestinationContext context(const std::string& run = "run-1", const std::string& pipeline = "reports") {
        return {.base = folder_.path(),
                .identity = {.run = run, .pipeline = pipeline, .config_hash = "cafe"},
                .stop = &stop_,
                .keep_other_entries = false};
    }

    // A finished file in the destination's staging folder.
    static StagedFile written(const Destination& destination, const std::string& name, const std::string& text,
                              std::uint64_t rows = 1) {
        const fs::path path = *destination.staging() / name;
        auto file = OutputFile::create(path, destination.durable());
        EXPECT_TRUE(file) << file.error().message;
        EXPECT_TRUE((*file)->append(text));
        const auto digest = (*file)->finish();
        EXPECT_TRUE(digest);
        return {.name = name,
                .path = path,
                .rows = rows,
                .bytes = digest->bytes,
                .crc64nvme = digest->crc64nvme,
                .columns = {{.name = "key", .meaning = Meaning::value, .notation = {}},
                            {.name = "gap", .meaning = Meaning::duration, .notation = {}}}};
    }

    // A whole run that publishes `files`.
    Result<> publish(const DestinationContext& context, const std::map<std::string, std::string>& files,
                     const fs::path& path = "out") {
        LocalDestination destination({.path = path});
        TRY(destination.open(context));
        for (const auto& [name, text] : files) TRY(destination.stage(written(destination, name, text)));
        TRY(destination.prepare());
        return destination.commit();
    }

    [[nodiscard]] nlohmann::json manifest() const {
        return nlohmann::json::parse(read_text(folder_.path() / "out" / "manifest.json"));
    }

    ScratchFolder folder_;
    StopFlag stop_;
};

TEST_F(LocalDestinationTest, PublishesFilesAndAManifest) {
    ASSERT_TRUE(publish(context(), {{"a.json", "123456789"}, {"daily/b.json", "{}\n"}}));
    EXPECT_EQ(folder_.inventory(), (Names{"out", "out/a.json", "out/daily", "out/daily/b.json", "out/manifest.json",
                                          "out/.sluice", "out/.sluice/lock"}));
    EXPECT_EQ(read_text(folder_.path() / "out/a.json"), "123456789");
    const auto json = manifest();
    EXPECT_EQ(json["sluice"], 1);
    EXPECT_EQ(json["pipeline"], "reports");
    EXPECT_EQ(json["run"], "run-1");
    EXPECT_EQ(json["config_hash"], "cafe");
    EXPECT_THAT(json["committed_at"].get<std::string>(), ::testing::MatchesRegex("....-..-..T..:..:..Z"));
    ASSERT_EQ(json["files"].size(), 2U);
    EXPECT_EQ(json["files"][0], nlohmann::json::parse(R"({"file": "a.json", "rows": 1, "bytes": 9,
        "crc64nvme": "ae8b14860a799888", "columns": [{"name": "key"}, {"name": "gap", "meaning": "duration"}]})"));
    EXPECT_EQ(json["files"][1]["file"], "daily/b.json");
}

TEST_F(LocalDestinationTest, ShowsNothingBeforeCommitAndLeavesNothingAfterAbort) {
    {
        LocalDestination destination({.path = "new/out"});
        ASSERT_TRUE(destination.open(context()));
        ASSERT_TRUE(destination.stage(written(destination, "a.json", "1")));
        EXPECT_FALSE(fs::exists(folder_.path() / "new/out/a.json"));
        EXPECT_FALSE(destination.published());
    }
    EXPECT_EQ(folder_.inventory(), Names{});
}

TEST_F(LocalDestinationTest, AFailedRunLeavesAnOldSetAsItWas) {
    ASSERT_TRUE(publish(context(), {{"a.json", "old"}}));
    const Names before = folder_.inventory();
    const std::string old_manifest = read_text(folder_.path() / "out/manifest.json");
    {
        LocalDestination destination({.path = "out", .durability = Durability::none});
        ASSERT_TRUE(destination.open(context("run-2")));
        ASSERT_TRUE(destination.stage(written(destination, "a.json", "new")));
        destination.abort();
    }
    EXPECT_EQ(folder_.inventory(), before);
    EXPECT_EQ(read_text(folder_.path() / "out/a.json"), "old");
    EXPECT_EQ(read_text(folder_.path() / "out/manifest.json"), old_manifest);
}

TEST_F(LocalDestinationTest, ASecondRunIsTurnedAwayUntilTheFirstHasEnded) {
    int ready[2];
    int done[2];
    ASSERT_EQ(::pipe(ready), 0);
    ASSERT_EQ(::pipe(done), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        LocalDestination destination({.path = "out"});
        const bool opened = destination.open(context("run-child")).has_value();
        char byte = opened ? 'y' : 'n';
        [[maybe_unused]] ssize_t size = ::write(ready[1], &byte, 1);
        size = ::read(done[0], &byte, 1);
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ASSERT_EQ(byte, 'y');
    const auto refused = publish(context("run-2"), {{"a.json", "1"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(exit_code(refused.error()), 5);
    EXPECT_THAT(
        refused.error().message,
        AllOf(HasSubstr("'out' is held by run run-child of pipeline 'reports' (process " + std::to_string(child)),
              HasSubstr(" since 20")));
    EXPECT_TRUE(fs::exists(folder_.path() / "out/.sluice/staging/run-child"));
    ASSERT_EQ(::write(done[1], &byte, 1), 1);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    // The child died without tidying up, and its lock with it: the next run goes on and removes what it left.
    EXPECT_TRUE(publish(context("run-3"), {{"a.json", "1"}}));
    EXPECT_FALSE(fs::exists(folder_.path() / "out/.sluice/staging"));
    for (const int descriptor : {ready[0], ready[1], done[0], done[1]}) ::close(descriptor);
}

TEST_F(LocalDestinationTest, TwoDestinationsOfOneRunMayNotShareAFolder) {
    LocalDestination first({.path = "out"});
    LocalDestination second({.path = "./out/"});
    ASSERT_TRUE(first.open(context()));
    const auto refused = second.open(context());
    ASSERT_FALSE(refused);
    EXPECT_EQ(exit_code(refused.error()), 2);
    EXPECT_THAT(refused.error().message, HasSubstr("two destinations of this config write to the same folder"));
    second.abort();
    EXPECT_TRUE(fs::exists(*first.staging()));
}

TEST_F(LocalDestinationTest, RemovesWhatACrashedRunLeft) {
    write_text(folder_.path() / "out/.sluice/staging/dead/a.json", "half");
    ASSERT_TRUE(publish(context(), {{"a.json", "whole"}}));
    EXPECT_FALSE(fs::exists(folder_.path() / "out/.sluice/staging"));
}

TEST_F(LocalDestinationTest, AnotherPipelinesManifestIsAConflict) {
    ASSERT_TRUE(publish(context("run-1", "finance"), {{"a.json", "old"}}));
    const Names before = folder_.inventory();
    const auto refused = publish(context("run-2", "reports"), {{"a.json", "new"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(exit_code(refused.error()), 5);
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr("belongs to pipeline 'finance' ('out/manifest.json', run run-1"),
                      HasSubstr("this is pipeline 'reports'"), HasSubstr("--to")));
    EXPECT_EQ(folder_.inventory(), before);
    EXPECT_EQ(read_text(folder_.path() / "out/a.json"), "old");
}

TEST_F(LocalDestinationTest, AManifestOfAnotherProgramIsNotReplaced) {
    for (const char* text : {"{\"name\": \"web app\"}", "not json", "[]", "{\"sluice\": 2}"}) {
        write_text(folder_.path() / "out/manifest.json", text);
        const auto refused = publish(context(), {{"a.json", "new"}});
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(exit_code(refused.error()), 5);
        EXPECT_EQ(read_text(folder_.path() / "out/manifest.json"), text);
    }
}

TEST_F(LocalDestinationTest, KeepsOtherEntriesInTheirPlacesOnRequest) {
    ASSERT_TRUE(publish(context(), {{"a.json", "1"}, {"b.json", "2"}, {"c.json", "3"}}));
    DestinationContext only = context("run-2");
    only.keep_other_entries = true;
    ASSERT_TRUE(publish(only, {{"b.json", "22"}, {"d.json", "4"}}));
    const auto json = manifest();
    ASSERT_EQ(json["files"].size(), 4U);
    EXPECT_EQ(json["files"][0]["file"], "a.json");
    EXPECT_EQ(json["files"][1]["file"], "b.json");
    EXPECT_EQ(json["files"][1]["bytes"], 2);
    EXPECT_EQ(json["files"][2]["columns"][1]["meaning"], "duration");
    EXPECT_EQ(json["files"][3]["file"], "d.json");
    ASSERT_TRUE(publish(context("run-3"), {{"a.json", "1"}}));
    EXPECT_EQ(manifest()["files"].size(), 1U);
}

TEST_F(LocalDestinationTest, APathThatIsAFileIsNamed) {
    write_text(folder_.path() / "out", "a file");
    const auto refused = publish(context(), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(exit_code(refused.error()), 4);
    EXPECT_THAT(refused.error().message, HasSubstr("out' is a file and not a folder"));
    const auto below = publish(context(), {}, "out/deeper");
    ASSERT_FALSE(below);
    EXPECT_THAT(below.error().message, HasSubstr("out' is a file and not a folder"));
}

TEST_F(LocalDestinationTest, ATargetThatIsAFolderStopsBeforeTheFirstRename) {
    ASSERT_TRUE(publish(context(), {{"a.json", "old"}}));
    fs::create_directories(folder_.path() / "out/b.json");
    const Names before = folder_.inventory();
    const auto refused = publish(context("run-2"), {{"a.json", "new"}, {"b.json", "new"}, {"new/c.json", "new"}});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("out/b.json': it is a folder; remove it"));
    EXPECT_EQ(read_text(folder_.path() / "out/a.json"), "old");
    EXPECT_EQ(folder_.inventory(), before);
}

// Permissions do not bind root, so the check runs as another user.
TEST_F(LocalDestinationTest, AFolderWithoutPermissionIsNamed) {
    fs::create_directories(folder_.path() / "out/closed");
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
    ASSERT_EQ(::chmod((folder_.path() / "out").c_str(), 0777), 0);
    ASSERT_EQ(::chmod((folder_.path() / "out/closed").c_str(), 0555), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(10);
        const auto closed = publish(context(), {}, "out/closed");
        if (closed || closed.error().code != "permission_denied") ::_exit(11);
        if (closed.error().message.find("needs write permission") == std::string::npos) ::_exit(12);
        const auto below = publish(context(), {{"a.json", "new"}, {"closed/b.json", "new"}});
        if (below || below.error().code != "permission_denied") ::_exit(13);
        ::_exit(fs::exists(folder_.path() / "out/a.json") ? 14 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_EQ(folder_.inventory(), (Names{"out", "out/closed"}));
}

TEST_F(LocalDestinationTest, ReservedNamesAreRefused) {
    LocalDestination destination({.path = "out"});
    ASSERT_TRUE(destination.open(context()));
    for (const char* name : {"manifest.json", ".sluice/lock"}) {
        const auto refused = destination.stage({.name = name, .path = *destination.staging() / "x", .columns = {}});
        ASSERT_FALSE(refused);
        EXPECT_EQ(exit_code(refused.error()), 2);
    }
    EXPECT_FALSE(destination.stage({.name = "../a", .path = *destination.staging() / "x", .columns = {}}));
}

TEST_F(LocalDestinationTest, CopiesFilesThatAnotherDestinationStaged) {
    LocalDestination first({.path = "one"});
    LocalDestination second({.path = "two"});
    ASSERT_TRUE(first.open(context()));
    ASSERT_TRUE(second.open(context()));
    StagedFile file = written(first, "sub/a.json", std::string(3'000'000, 'x'));
    ASSERT_TRUE(first.stage(file));
    ASSERT_TRUE(second.stage(file));
    file.name = "b.json";
    file.crc64nvme ^= 1U;
    const auto changed = second.stage(file);
    ASSERT_FALSE(changed);
    EXPECT_THAT(changed.error().message, HasSubstr("changed while it was copied"));
    ASSERT_TRUE(first.prepare());
    ASSERT_TRUE(first.commit());
    EXPECT_TRUE(first.published());
    EXPECT_EQ(read_text(folder_.path() / "one/sub/a.json"), std::string(3'000'000, 'x'));
}

TEST_F(LocalDestinationTest, AStopBeforeTheFirstRenamePublishesNothing) {
    LocalDestination destination({.path = "out"});
    ASSERT_TRUE(destination.open(context()));
    ASSERT_TRUE(destination.stage(written(destination, "a.json", "1")));
    stop_.set(SIGINT);
    const auto stopped = destination.prepare();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(exit_code(stopped.error()), 130);
    destination.abort();
    EXPECT_EQ(folder_.inventory(), Names{});
}

TEST_F(LocalDestinationTest, AFailureBetweenRenamesIsTakenBack) {
    ASSERT_TRUE(publish(context(), {{"a.json", "old"}, {"b.json", "old"}}));
    const Names before = folder_.inventory();
    const std::string old_manifest = read_text(folder_.path() / "out/manifest.json");
    LocalDestination destination({.path = "out"});
    ASSERT_TRUE(destination.open(context("run-2")));
    for (const char* name : {"a.json", "deep/new.json", "z.json"})
        ASSERT_TRUE(destination.stage(written(destination, name, "new")));
    ASSERT_TRUE(destination.prepare());
    fs::remove(*destination.staging() / "z.json");
    const auto failed = destination.commit();
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("cannot replace '"));
    EXPECT_FALSE(destination.published());
    destination.abort();
    EXPECT_EQ(folder_.inventory(), before);
    EXPECT_EQ(read_text(folder_.path() / "out/a.json"), "old");
    EXPECT_EQ(read_text(folder_.path() / "out/manifest.json"), old_manifest);
}

// A run that was killed: what it did before stays, its record too.
class LocalRecoveryTest : public LocalDestinationTest {
protected:
    void SetUp() override {
        ASSERT_TRUE(publish(context(), {{"a.json", "old a"}, {"b.json", "old b"}, {"c.json", "c"}}));
        LocalDestination destination({.path = "out"});
        DestinationContext dead = context("dead");
        dead.keep_other_entries = true;
        ASSERT_TRUE(destination.open(dead));
        ASSERT_TRUE(destination.stage(written(destination, "a.json", "new a")));
        ASSERT_TRUE(destination.stage(written(destination, "b.json", "new b")));
        ASSERT_TRUE(destination.prepare());
        fs::copy(staging(), folder_.path() / "kept", fs::copy_options::recursive);
        record_.layout = "files";
        record_.run = "dead";
        for (const char* name : {"a.json", "b.json", "manifest.json"}) {
            const std::string text = read_text(staging() / "dead" / name);
            record_.entries.push_back({.name = name,
                                       .staged = std::string(".sluice/staging/dead/") + name,
                                       .bytes = text.size(),
                                       .crc64nvme = crc64nvme(text)});
        }
        destination.abort();
        fs::rename(folder_.path() / "kept", staging());
        write_text(folder_.path() / "out/.sluice/commit.json", commit_record_text(record_));
    }
    [[nodiscard]] fs::path staging() const { return folder_.path() / "out/.sluice/staging"; }
    [[nodiscard]] std::string text(const std::string& name) const { return read_text(folder_.path() / "out" / name); }

    CommitRecord record_;
};

TEST_F(LocalRecoveryTest, ADecidedCommitIsFinishedByARunThatPublishesSomethingElse) {
    fs::rename(staging() / "dead/a.json", folder_.path() / "out/a.json");
    LocalDestination next({.path = "out"});
    DestinationContext only = context("run-2");
    only.keep_other_entries = true;
    ASSERT_TRUE(next.open(only));
    EXPECT_THAT(next.notices(),
                ElementsAre(HasSubstr("run dead was killed while it published; its outputs were complete")));
    EXPECT_EQ(text("a.json"), "new a");
    EXPECT_EQ(text("b.json"), "new b");
    EXPECT_EQ(manifest()["run"], "dead");
    ASSERT_TRUE(next.stage(written(next, "c.json", "new c")));
    ASSERT_TRUE(next.prepare());
    ASSERT_TRUE(next.commit());
    EXPECT_EQ(manifest()["files"][1]["crc64nvme"], crc64nvme_text(crc64nvme("new b")));
    EXPECT_EQ(folder_.inventory(), (Names{"out", "out/a.json", "out/b.json", "out/c.json", "out/manifest.json",
                                          "out/.sluice", "out/.sluice/lock"}));
}

TEST_F(LocalRecoveryTest, WhatNobodyCanFinishIsSaidAndLeavesTheManifest) {
    fs::rename(staging() / "dead/a.json", folder_.path() / "out/a.json");
    write_text(staging() / "dead/b.json", "new B");
    LocalDestination next({.path = "out"});
    DestinationContext only = context("run-2");
    only.keep_other_entries = true;
    ASSERT_TRUE(next.open(only));
    EXPECT_THAT(next.notices(), ElementsAre(AllOf(HasSubstr("the bytes of b.json are gone or damaged"),
                                                  HasSubstr("a.json, b.json, manifest.json may be of two runs"))));
    EXPECT_EQ(text("b.json"), "old b");
    ASSERT_TRUE(next.stage(written(next, "c.json", "new c")));
    ASSERT_TRUE(next.prepare());
    ASSERT_TRUE(next.commit());
    ASSERT_EQ(manifest()["files"].size(), 1U);
    EXPECT_EQ(manifest()["files"][0]["file"], "c.json");
}

TEST_F(LocalRecoveryTest, ARecordThatWasCutCountsAsNone) {
    write_text(folder_.path() / "out/.sluice/commit.json", commit_record_text(record_).substr(0, 60));
    ASSERT_TRUE(publish(context("run-2"), {{"a.json", "2"}}));
    EXPECT_EQ(text("b.json"), "old b");
    EXPECT_FALSE(fs::exists(folder_.path() / "out/.sluice/commit.json"));
}

TEST_F(LocalRecoveryTest, ARecordOfANewerSluiceIsLeftAlone) {
    write_text(folder_.path() / "out/.sluice/commit.json", R"({"sluice_commit": 2})");
    const auto refused = publish(context("run-2"), {{"a.json", "2"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(exit_code(refused.error()), 5);
    EXPECT_THAT(refused.error().message, HasSubstr("Finish it with that one"));
    EXPECT_TRUE(fs::exists(staging() / "dead/a.json"));
}

}  // namespace
}  // namespace sluice
