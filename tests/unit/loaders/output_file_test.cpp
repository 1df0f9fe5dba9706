#include "loaders/output_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <random>
#include <thread>

#include "loaders/write_fault.hpp"
#include "scratch_folder.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using test::read_text;
using test::ScratchFolder;
using ::testing::HasSubstr;

std::unique_ptr<OutputFile> create(const fs::path& path, bool durable = false) {
    auto file = OutputFile::create(path, durable);
    EXPECT_TRUE(file) << file.error().message;
    return file ? std::move(*file) : nullptr;
}

std::string text_of(std::size_t size) {
    std::mt19937 random(7);
    std::string text(size, ' ');
    for (char& byte : text) byte = static_cast<char>('a' + random() % 26);
    return text;
}

TEST(OutputFile, AppendsPiecesOfAnySize) {
    const ScratchFolder folder;
    const std::string text = text_of(5'000'000);
    auto file = create(folder.path() / "sub" / "a.json", true);
    std::mt19937 random(3);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t size = random() % 20 == 0 ? random() % 2'000'000 : random() % 9000;
        ASSERT_TRUE(file->append(std::string_view(text).substr(begin, size)));
        begin += size;
    }
    const auto digest = file->finish();
    ASSERT_TRUE(digest) << digest.error().message;
    file.reset();
    EXPECT_EQ(digest->bytes, text.size());
    EXPECT_EQ(digest->crc64nvme, crc64nvme(text));
    EXPECT_TRUE(read_text(folder.path() / "sub" / "a.json") == text);
}

// What a follower is told of is in the file by then.
class ReadingGrowth final : public FileGrowth {
public:
    ReadingGrowth(fs::path path, std::size_t total) : path_(std::move(path)), text_(total, ' ') {}
    void announced(std::uint64_t total_bytes) override { announced_ = total_bytes; }
    void written(std::uint64_t offset, std::uint64_t size) override {
        const std::string now = read_text(path_);
        ASSERT_GE(now.size(), offset + size);
        const std::lock_guard lock(mutex_);
        text_.replace(offset, size, now, offset, size);
    }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] std::uint64_t announced_bytes() const { return announced_; }

private:
    fs::path path_;
    std::mutex mutex_;
    std::string text_;
    std::uint64_t announced_ = 0;
};

TEST(OutputFile, TellsOfBytesThatAreThere) {
    const ScratchFolder folder;
    const std::string text = text_of(4'000'000);
    for (const bool announced : {false, true}) {
        const fs::path path = folder.path() / (announced ? "b.json" : "a.json");
        auto file = create(path);
        const auto growth = std::make_shared<ReadingGrowth>(path, text.size());
        file->tell(growth);
        if (announced) {
            ASSERT_TRUE(file->resize(text.size()));
            ASSERT_TRUE(file->write_at(3'000'000, std::string_view(text).substr(3'000'000)));
            ASSERT_TRUE(file->write_at(0, std::string_view(text).substr(0, 3'000'000)));
        } else {
            ASSERT_TRUE(file->append(std::string_view(text).substr(0, 900'000)));
            ASSERT_TRUE(file->append(std::string_view(text).substr(900'000)));
        }
        ASSERT_TRUE(file->finish());
        EXPECT_EQ(growth->announced_bytes(), announced ? text.size() : 0);
        EXPECT_TRUE(growth->text() == text);
    }
}

TEST(OutputFile, TakesPiecesFromSeveralThreads) {
    const ScratchFolder folder;
    const std::string text = text_of(40'000'000);
    constexpr std::size_t kPiece = 77'777;
    auto file = create(folder.path() / "a.json", true);
    ASSERT_TRUE(file->resize(text.size()));
    std::atomic<std::size_t> next{0};
    std::atomic<int> failures{0};
    const auto work = [&] {
        for (std::size_t piece = next++; piece * kPiece < text.size(); piece = next++) {
            if (!file->write_at(piece * kPiece, std::string_view(text).substr(piece * kPiece, kPiece))) ++failures;
        }
    };
    {
        const std::jthread first(work);
        const std::jthread second(work);
        const std::jthread third(work);
    }
    const auto digest = file->finish();
    ASSERT_TRUE(digest) << digest.error().message;
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(digest->bytes, text.size());
    EXPECT_EQ(digest->crc64nvme, crc64nvme(text));
    EXPECT_TRUE(read_text(folder.path() / "a.json") == text);
}

TEST(OutputFile, MayBeEmpty) {
    const ScratchFolder folder;
    EXPECT_EQ(create(folder.path() / "a")->finish()->bytes, 0U);
    EXPECT_FALSE(fs::exists(folder.path() / "a") && fs::file_size(folder.path() / "a") != 0);
    auto file = create(folder.path() / "b");
    ASSERT_TRUE(file->resize(0));
    EXPECT_EQ(file->finish()->crc64nvme, 0U);
}

TEST(OutputFile, IsRemovedUnlessFinished) {
    const ScratchFolder folder;
    {
        auto file = create(folder.path() / "a");
        ASSERT_TRUE(file->append("half"));
    }
    EXPECT_EQ(folder.inventory(), std::set<std::string>{});
    {
        auto file = create(folder.path() / "b");
        ASSERT_TRUE(file->resize(10));
        ASSERT_TRUE(file->write_at(0, "12345"));
        const auto digest = file->finish();
        ASSERT_FALSE(digest);
        EXPECT_THAT(digest.error().message, HasSubstr("5 of 10 bytes"));
    }
    EXPECT_EQ(folder.inventory(), std::set<std::string>{});
}

TEST(OutputFile, NeverTouchesAFileThatIsThere) {
    const ScratchFolder folder;
    test::write_text(folder.path() / "a", "old");
    const auto file = OutputFile::create(folder.path() / "a", false);
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().message, HasSubstr("File exists"));
    EXPECT_EQ(read_text(folder.path() / "a"), "old");
}

TEST(OutputFile, RefusesPiecesBeyondItsEnd) {
    const ScratchFolder folder;
    auto file = create(folder.path() / "a");
    ASSERT_TRUE(file->resize(4));
    EXPECT_FALSE(file->write_at(2, "345"));
    EXPECT_FALSE(file->write_at(5, ""));
    EXPECT_FALSE(file->append("x"));
    EXPECT_FALSE(file->resize(5));
}

// A real file system of 1 MB; only root may mount one, so others see the same fault through a limit on the file's size.
class SmallDisk : public ::testing::Test {
protected:
    void SetUp() override {
        mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=1m") == 0;
        if (mounted_) return;
        ::signal(SIGXFSZ, SIG_IGN);
        ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
        const rlimit small{.rlim_cur = 1U << 20U, .rlim_max = before_.rlim_max};
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    }
    void TearDown() override {
        if (mounted_) {
            ::umount2(folder_.path().c_str(), MNT_DETACH);
        } else {
            ::setrlimit(RLIMIT_FSIZE, &before_);
        }
    }
    void expect_full(const Error& error) const {
        EXPECT_EQ(exit_code(error), 4);
        EXPECT_THAT(error.message, HasSubstr((folder_.path() / "a").string()));
        EXPECT_THAT(error.message, HasSubstr(mounted_ ? "No space left on device; free space" : "File too large"));
    }

    ScratchFolder folder_;
    bool mounted_ = false;
    rlimit before_{};
};

TEST_F(SmallDisk, StopsAppending) {
    {
        auto file = create(folder_.path() / "a");
        const std::string text = text_of(3 << 20);
        const auto appended = file->append(text);
        ASSERT_FALSE(appended);
        expect_full(appended.error());
    }
    EXPECT_EQ(folder_.inventory(), std::set<std::string>{});
}

TEST_F(SmallDisk, IsKnownWhenTheSizeIsAnnounced) {
    {
        auto file = create(folder_.path() / "a");
        const auto resized = file->resize(3 << 20);
        ASSERT_FALSE(resized);
        expect_full(resized.error());
    }
    EXPECT_EQ(folder_.inventory(), std::set<std::string>{});
}

TEST_F(SmallDisk, IsSeenWhenTheLastBytesAreFlushed) {
    auto filler = create(folder_.path() / "filler");
    if (mounted_) {
        ASSERT_TRUE(filler->resize(1'000'000));
    }
    auto file = create(folder_.path() / "a");
    if (!mounted_) {
        const rlimit tiny{.rlim_cur = 1000, .rlim_max = before_.rlim_max};
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tiny), 0);
    }
    ASSERT_TRUE(file->append(text_of(900'000)));
    const auto digest = file->finish();
    ASSERT_FALSE(digest);
    expect_full(digest.error());
}

TEST(WriteFault, SaysWhatToDo) {
    EXPECT_THAT(write_fault("write", "/out/a", EDQUOT).message, HasSubstr("your disk quota is used up"));
    EXPECT_EQ(write_fault("write", "/out/a", EDQUOT).code, "disk_full");
    EXPECT_THAT(write_fault("write", "/out/a", EIO).message,
                HasSubstr("Input/output error; the device or file server"));
    EXPECT_TRUE(write_fault("write", "/out/a", EIO).retryable);
    EXPECT_THAT(write_fault("write", "/out/a", EACCES).message, HasSubstr("`ls -ld '/out'`"));
}

}  // namespace
}  // namespace sluice
