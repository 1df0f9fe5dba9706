#include "loaders/s3/s3_staged_object.hpp"

#include <gtest/gtest.h>

#include "loaders/s3/s3_object_headers.hpp"

namespace sluice {
namespace {

TEST(S3StagedObject, ComesOutOfTheRecordAsItWentIn) {
    const S3StagedObject upload{.upload_id = "an/id+",
                                .parts = {{.bytes = 8, .crc64nvme = ~std::uint64_t{0}, .etag = "\"a\""},
                                          {.bytes = 1, .crc64nvme = 2, .etag = "b"}}};
    const auto parsed = parse_staged(staged_text(upload));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->upload_id, upload.upload_id);
    ASSERT_EQ(parsed->parts.size(), 2U);
    EXPECT_EQ(parsed->parts[0].crc64nvme, ~std::uint64_t{0});
    EXPECT_EQ(parsed->parts[0].etag, "\"a\"");

    const S3StagedObject text{.upload_id = "", .text = std::string("\0\xff\n", 3), .headers = {{"If-None-Match", "*"}}};
    const auto again = parse_staged(staged_text(text));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->text, text.text);
    EXPECT_EQ(again->headers, text.headers);
    for (const char* torn :
         {"", "{}", "[]", R"({"text": "?", "headers": []})", R"({"upload": "x", "parts": [[1, 2]]})"})
        EXPECT_FALSE(parse_staged(torn)) << torn;
}

TEST(S3ObjectHeaders, TypeEncodingAndEncryption) {
    S3Options options{.bucket = "b"};
    EXPECT_EQ(object_headers(options, "a.csv"), (S3Headers{{"Content-Type", "text/csv; charset=utf-8"}}));
    EXPECT_EQ(object_headers(options, "a.csv.gz"), (S3Headers{{"Content-Type", "application/gzip"}}));
    EXPECT_EQ(object_headers(options, "a"), (S3Headers{{"Content-Type", "application/octet-stream"}}));
    options.content_encoding = true;
    options.encryption = "aws:kms";
    options.kms_key = "alias/reports";
    EXPECT_EQ(object_headers(options, "a.json.zst"),
              (S3Headers{{"Content-Encoding", "zstd"},
                         {"Content-Type", "application/json"},
                         {"x-amz-server-side-encryption", "aws:kms"},
                         {"x-amz-server-side-encryption-aws-kms-key-id", "alias/reports"}}));
}

}  // namespace
}  // namespace sluice
