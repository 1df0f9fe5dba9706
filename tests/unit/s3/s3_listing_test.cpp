#include "s3/s3_listing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "s3/s3_location.hpp"

namespace sluice {
namespace {

TEST(S3Listing, ReadsObjectsAndNotFolders) {
    const auto objects = listed_objects(
        "<?xml version=\"1.0\"?><ListBucketResult><Name>b</Name><Prefix>in/</Prefix>"
        "<Contents><Key>in/a&amp;b.jsonl</Key><Size>12</Size><ETag>&quot;abc&quot;</ETag></Contents>"
        "<Contents><ETag>&#34;def-2&#34;</ETag><Size>5368709120</Size><Key>in/%41+</Key></Contents>"
        "<CommonPrefixes><Prefix>in/deep/</Prefix></CommonPrefixes></ListBucketResult>");
    ASSERT_EQ(objects.size(), 2U);
    EXPECT_EQ(objects[0].key, "in/a&b.jsonl");
    EXPECT_EQ(objects[0].etag, "\"abc\"");
    EXPECT_EQ(objects[0].bytes, 12U);
    EXPECT_EQ(objects[1].key, "in/%41+");  // the answer does not say that it is encoded
    EXPECT_EQ(objects[1].etag, "\"def-2\"");
    EXPECT_EQ(objects[1].bytes, 5'368'709'120U);
}

TEST(S3Listing, DecodesKeysWhereTheAnswerSaysSo) {
    const auto objects = listed_objects(
        "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>x+y%2Bz%2520%26%0A%c3%A9%</Key><Size>0</Size>"
        "</Contents></ListBucketResult>");
    ASSERT_EQ(objects.size(), 1U);
    EXPECT_EQ(objects[0].key, "x y+z%20&\n\xc3\xa9%");
}

// Answers one page after the other.
class PagedStore final : public S3Connection {
public:
    explicit PagedStore(std::vector<std::string> pages) : pages_(std::move(pages)) {}

    [[nodiscard]] const S3Target& target() const override { return target_; }
    [[nodiscard]] const std::string& signer() const override { return signer_; }
    [[nodiscard]] S3Answer send(const S3Request&, const StopFlag*, std::optional<RetryClock::Time>) override {
        S3Answer answer;
        answer.status = 200;
        answer.body = pages_.at(sent++);
        if (sent < pages_.size())
            answer.body += "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>";
        return answer;
    }

    std::size_t sent = 0;

private:
    std::vector<std::string> pages_;
    S3Target target_;
    std::string signer_;
};

std::string page_of(std::initializer_list<const char*> keys) {
    std::string page;
    for (const char* key : keys) page += "<Contents><Key>" + std::string(key) + "</Key><Size>1</Size></Contents>";
    return page;
}

TEST(S3Listing, KeepsOfEachPageWhatIsWantedBeforeItAsksForTheNext) {
    PagedStore store({page_of({"a.csv", "z.jsonl"}), page_of({"b.csv", "c.csv"}), page_of({"d.jsonl"})});
    S3Sender sender(store, {}, nullptr);
    std::vector<std::size_t> asked;  // how many pages there were when each key was judged
    const auto found = list_objects(sender, {.prefix = "", .wanted = [&](const std::string& key) {
                                                 asked.push_back(store.sent);
                                                 return key.ends_with(".jsonl");
                                             }});
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_THAT(asked, ::testing::ElementsAre(1, 1, 2, 2, 3));
    EXPECT_EQ(found->seen, 5U);
    ASSERT_EQ(found->wanted.size(), 2U);
    EXPECT_EQ(found->wanted[0].key, "d.jsonl");
    EXPECT_EQ(found->wanted[1].key, "z.jsonl");
}

TEST(S3Location, IsBucketAndKey) {
    const S3Location location = s3_location("s3://logs/in/a/*.jsonl");
    EXPECT_EQ(location.bucket, "logs");
    EXPECT_EQ(location.key, "in/a/*.jsonl");
    EXPECT_EQ(location.literal(), "in/a/");
    EXPECT_TRUE(location.is_pattern());
    EXPECT_FALSE(location.is_folder());
    EXPECT_TRUE(s3_location("s3://logs/in/").is_folder());
    EXPECT_TRUE(s3_location("s3://logs/").is_folder());
    EXPECT_FALSE(s3_location("s3://logs/*/").is_folder());
    EXPECT_EQ(s3_address_of("logs", "in/a"), "s3://logs/in/a");
}

TEST(S3Location, FaultsOfAddresses) {
    for (const char* good : {"a.jsonl", "s3/a.jsonl", "s3://logs/a", "s3://logs/", "s3://my.logs-2/a b/*.jsonl"})
        EXPECT_FALSE(fault_of_address(good)) << good;
    for (const char* bad : {"s3://", "s3:///a", "s3://logs", "s3://log*/a", "s3://a b/c", "S3://logs/a", "s3a://logs/a",
                            "s3n://logs/a", "s3:/logs/a"})
        EXPECT_TRUE(fault_of_address(bad)) << bad;
    EXPECT_EQ(fault_of_address("S3A://logs/a")->hint, "write s3://logs/a");
    EXPECT_EQ(fault_of_address("s3:/logs/a")->hint, "write s3://logs/a");
}

}  // namespace
}  // namespace sluice
