// Inflating: every way to cut the input and the output gives the same bytes, and no damage goes unseen.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "io/input_stream.hpp"
#include "io/spool_file.hpp"
#include "support/compressed.hpp"

namespace sluice {
namespace {

using testing::HasSubstr;

// What Python's zlib made of kText, in a member whose header has all that one may have: text flag, extra field, name,
// comment, and a checksum of its own.
constexpr std::string_view kMemberHex =
    "1f8b081f00f1536500030600534c02006869726f77732e6a736f6e6c006120636f6d6d656e74008012ab56ca4c51b25230d0"
    "5150ca4bcc4d0532959213d30eaf543050aae5aa86481a62481a22248d30244d1092c61892960849134c63cd10b2a618b246"
    "a60859330c596324bde6986e42b2d70243d60cc9c99618b21648be35c40c284303e4a0c212564620fd003872169868010000";

std::string text() {
    std::string text;
    for (int row = 0; row < 12; ++row) {
        text += "{\"id\": " + std::to_string(row) + ", \"name\": \"caf\xC3\xA9 " + std::to_string(row * row) + "\"}\n";
    }
    return text;
}

std::string member() {
    std::string bytes;
    for (std::size_t at = 0; at < kMemberHex.size(); at += 2) {
        bytes += static_cast<char>(std::stoi(std::string(kMemberHex.substr(at, 2)), nullptr, 16));
    }
    return bytes;
}

std::string skippable(const std::string& content) {
    std::string bytes("\x5A\x2A\x4D\x18", 4);
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(content.size() >> shift & 0xFFU);
    return bytes + content;
}

InputFile file_of(const std::string& bytes, const std::string& name = "logs.gz") {
    auto spool = SpoolFile::create(testing::TempDir());
    EXPECT_TRUE(spool && spool->append(bytes));
    return std::move(*InputFile::adopt(std::move(*spool).take(), name));
}

Result<std::string> inflated(const std::string& bytes, std::size_t piece = kCompressedPiece,
                             std::size_t capacity = 1U << 16U) {
    const InputFile file = file_of(bytes);
    TRY_ASSIGN(const Compression compression, compression_of(file));
    TRY_ASSIGN(const std::unique_ptr<InputStream> stream, open_stream(file, compression, piece));
    std::string out;
    std::vector<char> buffer(capacity);
    for (;;) {
        TRY_ASSIGN(const std::size_t count, stream->read(buffer.data(), capacity));
        out.append(buffer.data(), count);
        if (count < capacity) break;
    }
    TRY_ASSIGN(const std::size_t behind, stream->read(buffer.data(), capacity));
    EXPECT_EQ(behind, 0U);
    EXPECT_EQ(stream->consumed(), bytes.size());
    return out;
}

std::string text_of(const std::string& bytes, std::size_t piece = kCompressedPiece, std::size_t capacity = 1U << 16U) {
    const auto out = inflated(bytes, piece, capacity);
    return out ? *out : out.error().message;
}

std::string fault_of(const std::string& bytes, std::size_t piece = kCompressedPiece) {
    const auto out = inflated(bytes, piece);
    if (out) return "no fault";
    EXPECT_EQ(out.error().kind, ErrorKind::data);
    return out.error().message;
}

TEST(InputStreams, GiveTheSameBytesHoweverTheyAreCut) {
    const std::string twice = text() + text();
    for (const std::string& bytes :
         {twice, member() + member(), zstd_frame(text()) + skippable("for you") + zstd_frame(text(), false)}) {
        for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 1000U}) {
            for (const std::size_t capacity : {1U, 2U, 5U, 64U, 1000U}) {
                EXPECT_EQ(text_of(bytes, piece, capacity), twice) << piece << " bytes in, " << capacity << " out";
            }
        }
    }
}

TEST(InputStreams, InflateMoreThanAWindow) {
    std::minstd_rand random(42);
    std::string content;
    while (content.size() < 3'000'000) {
        content += "{\"id\": " + std::to_string(random() % 100'000) + ", \"action\": \"view\"}\n";
    }
    for (const std::string& bytes : {gzip_member(content), zstd_frame(content)}) {
        for (const std::size_t capacity : {1U << 20U, 100'003U, 4'096U}) {
            EXPECT_EQ(text_of(bytes, 10'007, capacity), content);
        }
    }
}

TEST(InputStreams, KnowTheirFormatByContent) {
    const auto kind = [](const std::string& bytes) { return compression_of(file_of(bytes, "rows.jsonl")).value(); };
    EXPECT_EQ(kind(member()), Compression::gzip);
    EXPECT_EQ(kind(zstd_frame(text())), Compression::zstd);
    EXPECT_EQ(kind(skippable("")), Compression::zstd);
    EXPECT_EQ(kind(""), Compression::none);
    EXPECT_EQ(kind("\x1F"), Compression::none);
    EXPECT_EQ(kind("BZhello, a text"), Compression::none);
    for (const std::string bytes : {"BZh91AY&SY", "\x04\x22\x4D\x18", "PK\x03\x04"}) {
        EXPECT_THAT(fault_of(bytes), HasSubstr("`type: command`"));
    }
}

TEST(InputStreams, NothingCompressedIsNothing) {
    EXPECT_EQ(text_of(gzip_member("")), "");
    EXPECT_EQ(text_of(zstd_frame("")), "");
    EXPECT_EQ(text_of(skippable("nothing")), "");
    EXPECT_EQ(text_of(gzip_member("") + member()), text());
    EXPECT_THAT(fault_of(""), HasSubstr("has no byte"));
}

TEST(InputStreams, ACutFileIsAFaultAtEveryByte) {
    for (const std::string& whole : {member(), zstd_frame(text())}) {
        for (std::size_t size = 4; size < whole.size(); ++size) {
            for (const std::size_t piece : {kCompressedPiece, std::size_t{1}}) {
                EXPECT_THAT(fault_of(whole.substr(0, size), piece),
                            HasSubstr("ends at byte " + std::to_string(size) + " in the middle"));
            }
        }
        EXPECT_THAT(fault_of(whole + whole.substr(0, 10)), HasSubstr("begins at byte " + std::to_string(whole.size())));
    }
}

TEST(InputStreams, AChangedBitIsAFaultOrNoDifference) {
    for (const std::string& whole : {member(), zstd_frame(text())}) {
        // The magic bytes stay: three of gzip, four of zstd.
        for (std::size_t bit = whole == member() ? 24 : 32; bit < whole.size() * 8; ++bit) {
            std::string changed = whole;
            changed[bit / 8] = static_cast<char>(static_cast<unsigned char>(changed[bit / 8]) ^ 1U << bit % 8);
            const auto out = inflated(changed);
            EXPECT_EQ(out ? *out : text(), text()) << "bit " << bit;
        }
    }
}

TEST(InputStreams, WhatFollowsTheLastMember) {
    EXPECT_EQ(text_of(member() + std::string(100'000, '\0')), text());
    const std::string place = "at byte " + std::to_string(member().size()) + " of the compressed file";
    EXPECT_THAT(fault_of(member() + "garbage"), HasSubstr(place));
    EXPECT_THAT(fault_of(member() + "\x1F garbage of more than ten bytes"), HasSubstr(place));
    EXPECT_THAT(fault_of(member() + zstd_frame(text())), HasSubstr(place));
    EXPECT_THAT(fault_of(member() + std::string(3, '\0') + member()),
                HasSubstr("at byte " + std::to_string(member().size() + 3)));
    EXPECT_THAT(fault_of(zstd_frame(text()) + member()), HasSubstr("behind a zstd frame comes something that is none"));
}

}  // namespace
}  // namespace sluice
