#include "pipeline/bad_row_spool.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

namespace sluice {
namespace {

BadRow row(Ordinal ordinal, std::string code) {
    BadRow bad;
    bad.ordinal = ordinal;
    bad.byte = ordinal % 1000;
    bad.fault = bad.byte + 3;
    bad.length = 2 * ordinal;
    bad.code = std::move(code);
    bad.message = "why";
    bad.column = "c";
    return bad;
}

// Several readers, each with blocks of its own, as the threads of a scan.
TEST(BadRowSpool, GivesTheRowsOfAllReadersInInputOrder) {
    for (const std::size_t raw_size : {std::size_t{10}, std::size_t{3000}}) {  // in memory, and on disk
        BadRowSpool spool(std::filesystem::temp_directory_path());
        constexpr Ordinal kBlocks = 60;
        constexpr Ordinal kRows = 20;
        const auto read = [&](Ordinal reader) {
            BadRowBuffer buffer(&spool);
            for (Ordinal block = reader; block < kBlocks; block += 3) {
                for (Ordinal index = 0; index < kRows; ++index) {
                    const Ordinal ordinal = block * kRows + index;
                    buffer.add(row(ordinal, "truncated"), std::string(raw_size, static_cast<char>('a' + ordinal % 26)),
                               raw_size, ordinal + 7);
                }
                ASSERT_TRUE(buffer.flush());
            }
        };
        {
            std::vector<std::jthread> readers;
            for (Ordinal reader = 0; reader < 3; ++reader) readers.emplace_back(read, reader);
        }
        for (int time = 0; time < 2; ++time) {
            Ordinal next = 0;
            ASSERT_TRUE(spool.for_each([&](const KeptRow& kept) -> Result<> {
                EXPECT_EQ(kept.ordinal, next);
                EXPECT_EQ(kept.byte, next % 1000);
                EXPECT_EQ(kept.fault, next % 1000 + 3);
                EXPECT_EQ(kept.length, 2 * next);
                EXPECT_EQ(kept.checksum, next + 7);
                EXPECT_EQ(kept.code, "truncated");
                EXPECT_EQ(kept.message, "why");
                EXPECT_EQ(kept.column, "c");
                EXPECT_EQ(kept.raw, std::string(raw_size, static_cast<char>('a' + next % 26)));
                ++next;
                return {};
            }));
            EXPECT_EQ(next, kBlocks * kRows);
        }
    }
}

TEST(BadRowSpool, AFolderThatIsNotThereIsAnErrorOfTheReader) {
    BadRowSpool spool("/nonexistent");
    BadRowBuffer buffer(&spool);
    for (Ordinal ordinal = 0; ordinal < 100; ++ordinal)
        buffer.add(row(ordinal, "x"), std::string(kRawKept, 'r'), kRawKept, 0);
    const auto flushed = buffer.flush();
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().kind, ErrorKind::external);
}

TEST(BadRowSpool, OfALongRowTheBeginningIsKept) {
    BadRowSpool spool(std::filesystem::temp_directory_path());
    BadRowBuffer buffer(&spool);
    buffer.add(row(5, "x"), std::string(kRawKept + 1, 'r'), kRawKept + 1, 0);
    ASSERT_TRUE(buffer.flush());
    std::size_t kept = 0;
    ASSERT_TRUE(spool.for_each([&](const KeptRow& one) -> Result<> {
        kept += one.raw.size();
        return {};
    }));
    EXPECT_EQ(kept, kRawKept);
}

}  // namespace
}  // namespace sluice
