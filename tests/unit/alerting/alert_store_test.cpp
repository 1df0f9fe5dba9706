#include "alerting/alert_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace sluice {
namespace {

namespace fs = std::filesystem;

class AlertStoreTest : public testing::Test {
protected:
    void SetUp() override {
        std::string form = (fs::temp_directory_path() / "alert-store-XXXXXX").string();
        ASSERT_NE(::mkdtemp(form.data()), nullptr);
        folder_ = form;
    }
    void TearDown() override { fs::remove_all(folder_); }
    [[nodiscard]] fs::path path() const { return folder_ / "alerts" / "reports.json"; }

    fs::path folder_;
    std::vector<std::string> notes_;
};

TEST_F(AlertStoreTest, WhatWasSavedIsThereAgain) {
    const WallTime now{std::chrono::seconds(1'700'000'000)};
    {
        auto store = AlertStore::open(path(), notes_);
        ASSERT_TRUE(store);
        AlertBook& book = store->books().channels["a \xF0\x9F\x98\x80"];
        book.told["failure:x"] = now;
        book.sent = {now};
        book.outage = "run1";
        book.held = 7;
        AlertMessage message;
        message.id = "run1.a";
        message.title = "a \"title\"\n<b>";
        message.time = now;
        message.events = {AlertEvent::failure};
        message.facts = {{"run", "run1"}};
        message.groups = {{.title = "t", .items = {"i", "j"}}};
        book.waiting = {message};
        store->books().crashes_told = {"run0"};
        ASSERT_TRUE(store->save());
    }
    auto store = AlertStore::open(path(), notes_);
    ASSERT_TRUE(store);
    const AlertBook& book = store->books().channels["a \xF0\x9F\x98\x80"];
    EXPECT_EQ(book.told.at("failure:x"), now);
    EXPECT_EQ(book.sent, std::vector<WallTime>{now});
    EXPECT_EQ(book.outage, "run1");
    EXPECT_EQ(book.held, 7U);
    ASSERT_EQ(book.waiting.size(), 1U);
    EXPECT_EQ(book.waiting[0].title, "a \"title\"\n<b>");
    EXPECT_EQ(book.waiting[0].groups[0].items[1], "j");
    EXPECT_EQ(book.waiting[0].facts[0].second, "run1");
    EXPECT_EQ(store->books().crashes_told, std::vector<std::string>{"run0"});
    EXPECT_TRUE(notes_.empty());
}

TEST_F(AlertStoreTest, OnlyItsOwnerReadsIt) {
    auto store = AlertStore::open(path(), notes_);
    ASSERT_TRUE(store && store->save());
    struct stat facts {};
    ASSERT_EQ(::stat(path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_F(AlertStoreTest, ADamagedFileCountsAsNoneAndIsTold) {
    for (const std::string text : {"", "{", "[]", R"({"sluice": 2})", R"({"sluice": 1, "channels": {"a": 3}})"}) {
        notes_.clear();
        fs::create_directories(path().parent_path());
        std::ofstream(path()) << text;
        auto store = AlertStore::open(path(), notes_);
        ASSERT_TRUE(store) << text;
        EXPECT_TRUE(store->books().channels.empty());
        EXPECT_EQ(notes_.size(), 1U) << text;
    }
}

TEST_F(AlertStoreTest, AnotherRunIsWaitedForAndNotForEver) {
    auto first = AlertStore::open(path(), notes_);
    ASSERT_TRUE(first);
    const auto second = AlertStore::open(path(), notes_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "alerts_locked");
}

}  // namespace
}  // namespace sluice
