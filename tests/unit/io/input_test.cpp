// Local inputs: which files a path names, and what happens when they cannot be read.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "io/input_file.hpp"
#include "io/input_paths.hpp"
#include "io/spool_file.hpp"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Inputs : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "sluice_inputs_XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& content) {
        std::filesystem::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << content;
    }
    std::vector<std::string> names(const std::vector<std::string>& patterns) {
        std::vector<std::string> found;
        const auto inputs = find_inputs(folder_, patterns);
        EXPECT_TRUE(inputs.has_value()) << inputs.error().message;
        if (inputs) {
            for (const InputPath& input : *inputs) found.push_back(input.name);
        }
        return found;
    }

    std::filesystem::path folder_;
};

TEST_F(Inputs, ComeInByteOrderEachOnce) {
    for (const char* name : {"b.jsonl", "B.jsonl", "a10.jsonl", "a9.jsonl", "\xC3\xA9.jsonl", "x.txt", "sub/c.jsonl"})
        write(name, "");
    EXPECT_THAT(names({"*.jsonl"}), ElementsAre("B.jsonl", "a10.jsonl", "a9.jsonl", "b.jsonl", "\xC3\xA9.jsonl"));
    EXPECT_THAT(names({"b.jsonl", "sub/*.jsonl", "[ab]*.jsonl"}),
                ElementsAre("a10.jsonl", "a9.jsonl", "b.jsonl", "sub/c.jsonl"));
}

TEST_F(Inputs, AFileWithAPatternsNameIsThatFile) {
    write("a[1].jsonl", "");
    write("a1.jsonl", "");
    EXPECT_THAT(names({"a[1].jsonl"}), ElementsAre("a[1].jsonl"));
}

TEST_F(Inputs, APatternsFolderIsTakenToTheLetter) {
    write("x*y/a.jsonl", "");
    folder_ /= "x*y";
    EXPECT_THAT(names({"*.jsonl"}), ElementsAre("a.jsonl"));
    folder_ = folder_.parent_path();
}

TEST_F(Inputs, APatternThatMatchesNothingFails) {
    const auto inputs = find_inputs(folder_, {"*.jsonl"});
    ASSERT_FALSE(inputs.has_value());
    EXPECT_EQ(inputs.error().kind, ErrorKind::external);
    EXPECT_EQ(inputs.error().code, "no_match");
    EXPECT_THAT(inputs.error().message, HasSubstr("*.jsonl"));
}

TEST_F(Inputs, WhatCannotBeReadSaysWhy) {
    const auto code = [this](const std::string& name) {
        const auto file = InputFile::open(folder_ / name, name);
        if (file) return std::string();
        EXPECT_EQ(file.error().kind, ErrorKind::external);
        EXPECT_THAT(file.error().message, HasSubstr("'" + name + "'"));
        return file.error().code;
    };
    write("sub/file", "x");
    ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(code("sub/file"), "");
    EXPECT_EQ(code("missing"), "file_missing");
    EXPECT_EQ(code("sub"), "is_directory");
    EXPECT_EQ(code("pipe"), "not_a_file");
    if (::geteuid() != 0) {
        ASSERT_EQ(::chmod((folder_ / "sub/file").c_str(), 0), 0);
        EXPECT_EQ(code("sub/file"), "permission_denied");
    }
}

TEST_F(Inputs, LengthIsFixedAtOpen) {
    write("file", "12345");
    const auto file = InputFile::open(folder_ / "file", "file");
    ASSERT_TRUE(file.has_value());
    std::ofstream(folder_ / "file", std::ios::app) << "678";
    EXPECT_EQ(file->size(), 5U);
    std::string bytes(5, ' ');
    ASSERT_TRUE(file->read_at(0, bytes.data(), 5).has_value());
    EXPECT_EQ(bytes, "12345");

    ASSERT_EQ(::truncate((folder_ / "file").c_str(), 3), 0);
    const auto read = file->read_at(1, bytes.data(), 4);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().kind, ErrorKind::external);
    EXPECT_EQ(read.error().code, "file_shrank");
    EXPECT_THAT(read.error().message, HasSubstr("byte 3"));
}

TEST_F(Inputs, ASpoolHasNoName) {
    auto spool = SpoolFile::create(folder_);
    ASSERT_TRUE(spool.has_value()) << spool.error().message;
    ASSERT_TRUE(spool->append("hello ").has_value());
    ASSERT_TRUE(spool->append("there").has_value());
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
    const auto file = InputFile::adopt(std::move(*spool).take(), "spool");
    ASSERT_TRUE(file.has_value());
    std::string bytes(file->size(), ' ');
    ASSERT_TRUE(file->read_at(0, bytes.data(), bytes.size()).has_value());
    EXPECT_EQ(bytes, "hello there");
    EXPECT_FALSE(SpoolFile::create(folder_ / "missing").has_value());
}

}  // namespace
}  // namespace sluice
