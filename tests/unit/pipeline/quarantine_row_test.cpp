#include "pipeline/quarantine_row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string line_of(std::string_view raw, std::uint64_t length, const SecretMask& mask = SecretMask({})) {
    KeptRow row;
    row.byte = 10;
    row.fault = 12;
    row.length = length;
    row.text_length = length;
    row.checksum = crc64nvme(raw);
    row.code = "truncated";
    row.message = "it was cut";
    row.column = "c";
    row.raw = raw;
    std::string line;
    append_quarantine_row("logs \"x\"", {"a.jsonl", 3}, row, mask, line);
    return line;
}

TEST(QuarantineRow, HasAllThatAPersonNeedsToFindAndMendIt) {
    EXPECT_EQ(
        line_of("{\"a\": 1", 7),
        "{\"source\": \"logs \\\"x\\\"\", \"file\": \"a.jsonl\", \"line\": 3, \"byte\": 10, \"length\": 7, "
        "\"fault\": 12, \"code\": \"truncated\", \"message\": \"it was cut\", \"column\": \"c\", \"checksum\": \"" +
            crc64nvme_text(crc64nvme("{\"a\": 1")) + "\", \"raw\": \"{\\\"a\\\": 1\"}\n");
}

TEST(QuarantineRow, AnyBytesComeBack) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    for (const std::string& raw : {std::string("{\"a\": 1"), std::string("\xC3\xA9 \x01\x7F\r"), all, std::string()}) {
        const auto row = parse_quarantine_row(line_of(raw, raw.size()));
        ASSERT_TRUE(row) << row.error().message;
        EXPECT_EQ(row->raw, raw);
        EXPECT_EQ(row->source, "logs \"x\"");
        EXPECT_EQ(row->file, "a.jsonl");
        EXPECT_EQ(row->byte, 10U);
        EXPECT_EQ(row->length, raw.size());
        EXPECT_EQ(row->checksum, crc64nvme(raw));
    }
}

TEST(QuarantineRow, WhatIsCutIsMarkedAndIsNoWholeRow) {
    const std::string line = line_of("{\"\xC3", 100'000);
    EXPECT_THAT(line, HasSubstr("\"raw_length\": 100000, \"raw\": \"{\\\"\"}"));  // not through a character
    EXPECT_EQ(parse_quarantine_row(line)->raw, std::nullopt);
}

TEST(QuarantineRow, WhatIsMaskedIsMarkedAndIsNoWholeRow) {
    const SecretMask mask({Secret("hunter2hunter2")});
    const std::string line = line_of("{\"token\": \"hunter2hunter2\"", 26, mask);
    EXPECT_THAT(line, Not(HasSubstr("hunter2")));
    EXPECT_THAT(line, HasSubstr("\"masked\": true"));
    EXPECT_EQ(parse_quarantine_row(line)->raw, std::nullopt);
    EXPECT_THAT(line_of("hunt... ter2", 12, mask), HasSubstr("hunt... ter2"));  // dots in data are no cut
}

TEST(QuarantineRow, ALineThatIsNoneSaysWhatIsWrong) {
    for (const auto& [line, says] :
         {std::pair("nonsense", "not one JSON object"), std::pair("[]", "not one JSON object"),
          std::pair(R"({"source": 1})", "'source'"), std::pair(R"({"source": "s", "file": "f", "byte": -1})", "'byte'"),
          std::pair(R"({"source": "s", "file": "f", "byte": 1, "length": 1, "checksum": "1"})", "'checksum'"),
          std::pair(R"({"source": "s", "file": "f", "byte": 1, "length": 1, "checksum": "0000000000000000"})", "'raw'"),
          std::pair(R"({"source": "s", "file": "f", "byte": 1, "length": 1, "checksum": "0000000000000000", "raw": "",
                        "raw_base64": ""})",
                    "both"),
          std::pair(R"({"source": "s", "file": "f", "byte": 1, "length": 1, "checksum": "0000000000000000",
                        "raw_base64": "?"})",
                    "no base64")}) {
        const auto row = parse_quarantine_row(line);
        ASSERT_FALSE(row) << line;
        EXPECT_THAT(row.error().message, HasSubstr(says));
    }
}

}  // namespace
}  // namespace sluice
