#include "loaders/file_text.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "loaders/foreign_file.hpp"
#include "scratch_folder.hpp"

namespace sluice {
namespace {

TEST(FileText, AStopEndsTheReadingAfterThePiece) {
    const test::ScratchFolder folder;
    const std::filesystem::path path = folder.path() / "large";
    test::write_text(path, std::string(std::size_t{5} << 20U, 'x'));
    StopFlag stop;
    int pieces = 0;
    const auto read = read_in_pieces(path, &stop, [&](std::string_view) -> Result<> {
        ++pieces;
        stop.set(SIGINT);
        return {};
    });
    ASSERT_FALSE(read);
    EXPECT_EQ(exit_code(read.error()), 130);
    EXPECT_EQ(pieces, 1);
    EXPECT_EQ(exit_code(finish_foreign_file(path, true, true, &stop).error()), 130);
}

TEST(FileText, WithoutAStopAllIsRead) {
    const test::ScratchFolder folder;
    const std::filesystem::path path = folder.path() / "large";
    test::write_text(path, std::string((std::size_t{40} << 20U) + 3, 'x'));
    const auto digest = finish_foreign_file(path, true, false, nullptr);
    ASSERT_TRUE(digest) << digest.error().message;
    EXPECT_EQ(digest->bytes, (std::uint64_t{40} << 20U) + 3);
    EXPECT_EQ(read_in_pieces(folder.path() / "none", nullptr, {}).error().code, "file_missing");
}

}  // namespace
}  // namespace sluice
