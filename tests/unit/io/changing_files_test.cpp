// Files that fail for now, change, come late, or are too many to stay open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "io/input_file.hpp"
#include "io/input_wait.hpp"

namespace sluice {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// Time that passes only when somebody waits.
class ManualClock final : public RetryClock {
public:
    Time now() override { return now_; }
    Result<> wait(milliseconds delay, const StopFlag* stop) override {
        now_ += delay;
        ++waits;
        if (on_wait) on_wait();
        if (stop != nullptr) TRY(stop->check());
        return {};
    }
    double chance() override { return 0.5; }

    int waits = 0;
    std::function<void()> on_wait;

private:
    Time now_;
};

int failures_left = 0;
int error_to_give = EIO;

ssize_t failing_pread(int descriptor, void* out, std::size_t count, off_t offset) {
    if (failures_left > 0) {
        --failures_left;
        errno = error_to_give;
        return -1;
    }
    return ::pread(descriptor, out, count, offset);
}

class ChangingFiles : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "sluice_changing_XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& content) {
        std::ofstream(folder_ / name, std::ios::binary) << content;
    }
    InputFile open(const ReadOptions& options) {
        write("a", "0123456789");
        return std::move(*InputFile::open(folder_ / "a", "a", options));
    }
    static Result<std::string> read(const InputFile& file) {
        std::string text(file.size(), '\0');
        TRY(file.read_at(0, text.data(), text.size()));
        return text;
    }
    static std::string fault(const Result<>& result) {
        return result ? "no fault" : result.error().code + ": " + result.error().message;
    }

    std::filesystem::path folder_;
    ManualClock clock_;
};

TEST_F(ChangingFiles, AReadThatFailsForNowIsTriedAgain) {
    for (const int error : {EIO, ESTALE}) {
        error_to_give = error;
        const InputFile file = open({.retry = {.attempts = 4}, .clock = &clock_, .pread = failing_pread});
        failures_left = 3;
        EXPECT_EQ(*read(file), "0123456789");
        failures_left = 4;
        const auto text = read(file);
        ASSERT_FALSE(text.has_value());
        EXPECT_EQ(text.error().kind, ErrorKind::external);
        EXPECT_THAT(text.error().message, HasSubstr("(tried 4 times)"));
    }
    EXPECT_EQ(clock_.waits, 12);
}

TEST_F(ChangingFiles, AReadThatFailsForGoodIsNot) {
    error_to_give = EISDIR;
    const InputFile file = open({.clock = &clock_, .pread = failing_pread});
    failures_left = 1;
    EXPECT_FALSE(read(file).has_value());
    EXPECT_EQ(clock_.waits, 0);
}

TEST_F(ChangingFiles, AFileThatIsNotHeldIsTheSameOneOrAFault) {
    const InputFile file = open({.held = false});
    EXPECT_EQ(*read(file), "0123456789");
    write("b", "9876543210");
    std::filesystem::rename(folder_ / "b", folder_ / "a");
    const auto replaced = read(file);
    ASSERT_FALSE(replaced.has_value());
    EXPECT_EQ(replaced.error().code, "file_changed");
    std::filesystem::remove(folder_ / "a");
    EXPECT_EQ(read(file).error().code, "file_missing");
}

TEST_F(ChangingFiles, ChangesAreNamed) {
    const InputFile file = open({});
    EXPECT_EQ(fault(file.check_unchanged()), "no fault");
    write("a", "0123456789ab");
    EXPECT_THAT(fault(file.check_unchanged()), HasSubstr("grew from 10 to 12 bytes"));
    write("a", "01234");
    EXPECT_THAT(fault(file.check_unchanged()), HasSubstr("shrank from 10 to 5 bytes"));
    write("a", "9876543210");
    std::filesystem::last_write_time(folder_ / "a", std::filesystem::file_time_type() + std::chrono::hours(1));
    EXPECT_THAT(fault(file.check_unchanged()), HasSubstr("was written to"));
    std::filesystem::remove(folder_ / "a");
    EXPECT_THAT(fault(file.check_unchanged()), HasSubstr("was removed"));
}

TEST_F(ChangingFiles, WaitingEndsWhenTwoLooksSeeTheSame) {
    const auto find = [this] { return find_inputs(folder_, {"*.jsonl"}); };
    clock_.on_wait = [this] {
        if (clock_.waits == 3) write("a.jsonl", "x");
        if (clock_.waits == 4) write("a.jsonl", "xx");
        if (clock_.waits == 5) write("b.jsonl", "x");
    };
    const auto found = wait_for_inputs(find, milliseconds(100'000), clock_, nullptr);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->size(), 2U);
    EXPECT_EQ(clock_.waits, 6);
}

TEST_F(ChangingFiles, WaitingInVainSaysForWhat) {
    const auto code_of = [this](const std::string& pattern) {
        const auto find = [&] { return find_inputs(folder_, {pattern}); };
        const auto found = wait_for_inputs(find, milliseconds(5'000), clock_, nullptr);
        return found ? "found" : found.error().code + ": " + found.error().message;
    };
    EXPECT_THAT(code_of("*.jsonl"), HasSubstr("wait_timeout: waited 5 s for the input, in vain: no file matches"));
    EXPECT_THAT(code_of("a.jsonl"), HasSubstr("'a.jsonl' is not there"));
    std::string content;
    clock_.on_wait = [&] { write("a.jsonl", content += "x"); };
    EXPECT_THAT(code_of("a.jsonl"), HasSubstr("'a.jsonl' was new or still written to"));
}

TEST_F(ChangingFiles, OnlyFaultsThatMayPassAreWaitedFor) {
    const auto waited = [this](const Error& error) {
        clock_.waits = 0;
        const auto found = wait_for_inputs([&error]() -> Result<std::vector<InputPath>> { return error; },
                                           milliseconds(5'000), clock_, nullptr);
        EXPECT_EQ(found.error().code, clock_.waits > 0 ? "wait_timeout" : error.code);
        return clock_.waits > 0;
    };
    EXPECT_TRUE(waited(external_error("no_match", "no object matches")));
    EXPECT_TRUE(waited(external_error("file_missing", "no such file")));
    EXPECT_TRUE(waited(external_error("s3_unreachable", "nothing listens", true)));
    EXPECT_FALSE(waited(external_error("s3_wrong_secret", "the secret key is wrong")));
    EXPECT_FALSE(waited(external_error("permission_denied", "may not look there")));
    EXPECT_FALSE(waited(config_error("no_region", "no region is known")));
}

TEST_F(ChangingFiles, AStopEndsTheWaiting) {
    StopFlag stop;
    clock_.on_wait = [&] { stop.set(2); };
    const auto found =
        wait_for_inputs([this] { return find_inputs(folder_, {"a"}); }, milliseconds(5'000), clock_, &stop);
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().kind, ErrorKind::interrupted);
    EXPECT_EQ(clock_.waits, 1);
}

}  // namespace
}  // namespace sluice
