// Compressed files: the same rows, places and bad lines as the text they hold, whatever the blocks and readers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/compressed.hpp"
#include "unit/formats_jsonl/scan_run.hpp"

namespace sluice::formats::jsonl {
namespace {

// All but ordinals and bytes read, which are not those of the plain files.
std::string told(const ScannableSource& source, const ScanSetup& setup) {
    const ScanRun run = run_scan(source, setup);
    std::string out = fmt::format("rows {} bad {}\n", run.summary.rows, run.summary.bad_rows);
    const auto place = [&source](Ordinal ordinal) {
        const Result<Place> found = source.place(ordinal);
        return found ? found->text() : found.error().message;
    };
    for (const ScannedRow& row : run.rows) out += fmt::format("{} {}\n", place(row.ordinal), row.text);
    for (const ColumnSummary& column : run.summary.columns) {
        out += fmt::format("column '{}' from {} kinds {:#x}\n", column.name, place(column.first_row), column.kinds);
    }
    for (const BadRow& bad : run.summary.first_bad_rows) {
        out += fmt::format("{}:{} byte {} fault {} length {} {} '{}'\n", bad.file, bad.line, bad.byte, bad.fault,
                           bad.length, bad.code, bad.excerpt);
    }
    return out;
}

std::string rows(int count, int from = 0) {
    std::string text;
    for (int row = from; row < from + count; ++row) {
        text += row % 97 == 5 ? "{\"broken\":\r\n" : fmt::format("{{\"id\":{},\"c{}\":\"v\"}}\n", row, row % 50);
    }
    return text;
}

// Plain, gzip of one and several members, and zstd, in one source.
std::vector<std::string> compressed(const std::vector<std::string>& texts) {
    std::vector<std::string> files;
    for (std::size_t index = 0; index < texts.size(); ++index) {
        const std::string& text = texts[index];
        const std::size_t middle = text.size() / 2;
        files.push_back(index % 4 == 0   ? gzip_member(text)
                        : index % 4 == 1 ? zstd_frame(text)
                        : index % 4 == 2 ? gzip_member(text.substr(0, middle)) + gzip_member(text.substr(middle))
                                         : text);
    }
    return files;
}

TEST(CompressedScan, EveryBlockSizeGivesWhatThePlainFilesGive) {
    const std::vector<std::vector<std::string>> samples{
        {""},
        {"\n"},
        {"\xEF\xBB\xBF"},
        {"\xEF\xBB\xBF\n{}\n"},
        {"\xEF\xBB\xBF{\"a\":1}\r\n\r\n{\"b\":[1]}"},
        {"{\"a\":1}\n{\"a\":\n{\"a\":3}\n{\"a\":4} x\n{\"a\":\"\xFF\"}\n{\"a\":\"open}\n{\"a\":6}\n\"\n"},
        {"{\"a\":1}", "", "{\"b\":2}\n{\"a\":3}", "\n\n", "\xEF\xBB\xBF{\"c\":1e5}\n", "{}"},
    };
    for (const std::vector<std::string>& sample : samples) {
        ScanSetup setup;
        const std::string plain = told(*source_of(sample, setup), setup);
        for (std::uint64_t size = 1; size < 80; ++size) {
            setup.block_size = size;
            ASSERT_EQ(told(*source_of(compressed(sample), setup), setup), plain) << "block size " << size;
        }
    }
}

TEST(CompressedScan, SeveralReadersReadSeveralFilesAtOnce) {
    std::vector<std::string> texts;
    for (int file = 0; file < 12; ++file) texts.push_back(rows(300 - 20 * file, 1000 * file));
    ScanSetup setup{.block_size = 500};
    const std::string plain = told(*source_of(texts, setup), setup);
    const auto source = source_of(compressed(texts), setup);
    for (const int readers : {1, 2, 3, 16}) {
        setup.readers = readers;
        for (int round = 0; round < 5; ++round) EXPECT_EQ(told(*source, setup), plain) << readers << " readers";
    }
}

TEST(CompressedScan, OneReadersBlocksGrowHoweverFilesAreShared) {
    std::vector<std::string> texts;
    for (int file = 0; file < 6; ++file) texts.push_back(gzip_member(rows(200)));
    ScanSetup setup{.block_size = 200};
    const auto source = source_of(texts, setup);
    const auto scan = source->scan({});
    const auto first = scan->reader();
    const auto second = scan->reader();
    Ordinal next_of_first = 0;
    std::uint64_t blocks = 0;
    for (bool more = true; more;) {
        more = false;
        for (BlockReader* reader : {first.get(), second.get()}) {
            const auto block = reader->next();
            ASSERT_TRUE(block.has_value());
            if (*block == nullptr) continue;
            more = true;
            ++blocks;
            if (reader != first.get()) continue;
            EXPECT_GE((*block)->ordinals.front(), next_of_first);
            next_of_first = (*block)->ordinals.back() + 1;
        }
    }
    EXPECT_GT(blocks, 12U);
    const auto summary = scan->finish();
    ASSERT_TRUE(summary.has_value());
    EXPECT_EQ(summary->rows + summary->bad_rows, 1200U);
}

TEST(CompressedScan, ALineOverTheLimitIsBadAndNotHeld) {
    const std::string longest = "{\"a\":\"" + std::string(92, 'x') + "\"}";  // 100 bytes
    const std::string text = "{\"b\":1}\n" + longest + "\n{\"a\":\"" + std::string(300'000, 'y') + "\"}\n{\"c\":1}\n" +
                             "{\"a\":\"" + std::string(200, 'z') + "\"}\r\n{\"d\":1}\n" + std::string(70'000, ' ');
    for (const std::uint64_t block_size : {1U, 7U, 100U, 1000U, 1U << 20U}) {
        ScanSetup setup{.block_size = block_size, .max_line = 100};
        const std::string plain = told(*source_of({text, text}, setup), setup);
        EXPECT_THAT(plain, testing::HasSubstr("rows 8 bad 6"));
        EXPECT_EQ(told(*source_of({gzip_member(text), zstd_frame(text)}, setup), setup), plain) << block_size;
    }
}

TEST(CompressedScan, EstimatesHowMuchTextThereIs) {
    const std::string text = rows(5000);
    const auto about = [&](const std::vector<std::string>& files) { return source_of(files)->text_bytes(); };
    EXPECT_EQ(about({text}), text.size());
    EXPECT_EQ(about({gzip_member(text)}), text.size());
    EXPECT_EQ(about({text, zstd_frame(text), zstd_frame(text), gzip_member("")}) / 1000, 3 * text.size() / 1000);
    EXPECT_EQ(about({gzip_member(text).substr(0, 30)}), 30U);
}

TEST(CompressedScan, ADamagedFileEndsTheScan) {
    std::string damaged = gzip_member(rows(1000));
    damaged.resize(damaged.size() - 5);
    const auto source = source_of({gzip_member(rows(10)), damaged, gzip_member(rows(10))}, {});
    const auto scan = source->scan({});
    const auto reader = scan->reader();
    Result<const Block*> block = nullptr;
    do {
        block = reader->next();
    } while (block && *block != nullptr);
    ASSERT_FALSE(block.has_value());
    EXPECT_EQ(block.error().kind, ErrorKind::data);
    EXPECT_EQ(block.error().code, "damaged_file");
    EXPECT_THAT(block.error().message, testing::HasSubstr("'b'"));
}

}  // namespace
}  // namespace sluice::formats::jsonl
