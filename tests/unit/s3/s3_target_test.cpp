#include "s3/s3_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace sluice {
namespace {

using ::testing::HasSubstr;
using Values = std::map<std::string, std::string>;

S3Surroundings surroundings(Values environment, Values profile = {}, Values services = {}) {
    const auto lookup = [](Values values) {
        return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
            const auto found = values.find(name);
            return found == values.end() ? std::nullopt : std::optional(found->second);
        };
    };
    return {.environment = lookup(std::move(environment)),
            .profile = lookup(std::move(profile)),
            .service_endpoint = lookup(std::move(services)),
            .profile_name = "default"};
}

S3Target found(const S3Options& options, const S3Surroundings& around) {
    auto target = find_s3_target(options, around);
    EXPECT_TRUE(target) << target.error().message;
    return target ? *target : S3Target{};
}

TEST(S3Target, OnAwsTheBucketIsInTheHostName) {
    const S3Target target =
        found({.bucket = "logs", .prefix = "a/b/", .endpoint = "", .region = "eu-west-1"}, surroundings({}));
    EXPECT_EQ(target.endpoint_url(), "https://logs.s3.eu-west-1.amazonaws.com");
    EXPECT_EQ(target.host_header(), "logs.s3.eu-west-1.amazonaws.com");
    EXPECT_EQ(target.key("x.json"), "a/b/x.json");
    EXPECT_EQ(target.path(target.key("x.json")), "/a/b/x.json");
    EXPECT_EQ(target.address(), "s3://logs/a/b");
}

TEST(S3Target, ABucketWithADotIsInThePath) {
    const S3Target target =
        found({.bucket = "logs.example", .prefix = "", .endpoint = "", .region = "cn-north-1"}, surroundings({}));
    EXPECT_EQ(target.endpoint_url(), "https://s3.cn-north-1.amazonaws.com.cn");
    EXPECT_EQ(target.path("x"), "/logs.example/x");
}

TEST(S3Target, TheConfigMaySayWhereTheBucketStands) {
    S3Options options{
        .bucket = "logs", .endpoint = "https://store.example:9000/base", .addressing = S3Addressing::in_host};
    EXPECT_EQ(found(options, surroundings({})).endpoint_url(), "https://logs.store.example:9000");
    EXPECT_EQ(found(options, surroundings({})).path("x"), "/base/x");
    EXPECT_EQ(found(options, surroundings({})).bucket_path(), "/base");
    options = {.bucket = "logs", .region = "eu-west-1", .addressing = S3Addressing::in_path};
    EXPECT_EQ(found(options, surroundings({})).endpoint_url(), "https://s3.eu-west-1.amazonaws.com");
    EXPECT_EQ(found(options, surroundings({})).bucket_path(), "/logs");
    options.addressing = S3Addressing::automatic;
    EXPECT_EQ(found(options, surroundings({})).bucket_path(), "/");
}

TEST(S3Target, AnObjectHasOnePlaceHoweverItIsAddressed) {
    const auto place = [](const S3Options& options, const std::string& key = "a b") {
        return found(options, surroundings({})).place(key);
    };
    const std::string here = place({.bucket = "logs", .endpoint = "https://store.example"});
    for (const char* endpoint : {"https://store.example/", "https://STORE.Example:443", "http://store.example",
                                 "http://store.example.:80//"}) {
        EXPECT_EQ(place({.bucket = "logs", .endpoint = endpoint}), here) << endpoint;
        EXPECT_EQ(place({.bucket = "logs", .endpoint = endpoint, .addressing = S3Addressing::in_host}), here);
    }
    for (const char* other : {"https://store.example:9000", "https://store.example/base", "https://store2.example"})
        EXPECT_NE(place({.bucket = "logs", .endpoint = other}), here) << other;
    EXPECT_NE(place({.bucket = "logs", .endpoint = "https://store.example"}, "A b"), here);
    EXPECT_NE(place({.bucket = "log", .endpoint = "https://store.example"}), here);

    const std::string on_aws = place({.bucket = "logs", .region = "eu-west-1"});
    EXPECT_EQ(place({.bucket = "logs", .region = "eu-west-1", .addressing = S3Addressing::in_path}), on_aws);
    EXPECT_EQ(place({.bucket = "logs", .endpoint = "https://s3.eu-west-1.amazonaws.com"}), on_aws);
    EXPECT_NE(place({.bucket = "logs", .region = "cn-north-1"}), on_aws);
}

TEST(S3Target, PrefixAndFileAreJoinedByOneSlash) {
    for (const char* prefix : {"a", "a/", "/a//"}) {
        const S3Target target =
            found({.bucket = "b", .prefix = prefix, .endpoint = "", .region = "r"}, surroundings({}));
        EXPECT_EQ(target.key("x/y.json"), "a/x/y.json") << prefix;
    }
    EXPECT_EQ(found({.bucket = "b", .prefix = "", .endpoint = "", .region = "r"}, surroundings({})).key("x"), "x");
}

TEST(S3Target, KeysArePercentEncodedOnce) {
    const S3Target target =
        found({.bucket = "b", .prefix = "", .endpoint = "http://h", .region = "r"}, surroundings({}));
    EXPECT_EQ(target.path("a b/%41+é~_-.json"), "/b/a%20b/%2541%2B%C3%A9~_-.json");
}

TEST(S3Target, RegionIsLookedForInOrder) {
    Values environment{{"AWS_REGION", "two"}, {"AWS_DEFAULT_REGION", "three"}};
    const Values profile{{"region", "four"}};
    const S3Options options{.bucket = "b", .prefix = "", .endpoint = "", .region = ""};
    EXPECT_EQ(found({.bucket = "b", .prefix = "", .endpoint = "", .region = "one"}, surroundings(environment, profile))
                  .region,
              "one");
    EXPECT_EQ(found(options, surroundings(environment, profile)).region, "two");
    environment["AWS_REGION"] = "";
    EXPECT_EQ(found(options, surroundings(environment, profile)).region, "three");
    EXPECT_EQ(found(options, surroundings({}, profile)).region, "four");
    const auto none = find_s3_target(options, surroundings({}));
    ASSERT_FALSE(none);
    EXPECT_EQ(exit_code(none.error()), 2);
    EXPECT_THAT(none.error().message, HasSubstr("no region is known for s3://b"));
    EXPECT_EQ(found({.bucket = "b", .prefix = "", .endpoint = "http://h", .region = ""}, surroundings({})).region,
              "us-east-1");
}

TEST(S3Target, EndpointIsLookedForInOrder) {
    Values environment{{"AWS_ENDPOINT_URL_S3", "http://two"}, {"AWS_ENDPOINT_URL", "http://three"}};
    Values profile{{"services", "mine"}, {"endpoint_url", "http://five"}};
    const Values services{{"mine", "http://four"}};
    const S3Options options{.bucket = "b", .prefix = "", .endpoint = "", .region = "r"};
    EXPECT_EQ(
        found({.bucket = "b", .prefix = "", .endpoint = "http://one", .region = "r"}, surroundings(environment)).host,
        "one");
    EXPECT_EQ(found(options, surroundings(environment, profile, services)).host, "two");
    environment.erase("AWS_ENDPOINT_URL_S3");
    EXPECT_EQ(found(options, surroundings(environment, profile, services)).host, "three");
    EXPECT_EQ(found(options, surroundings({}, profile, services)).host, "four");
    EXPECT_EQ(found(options, surroundings({}, profile)).host, "five");
    EXPECT_EQ(found(options, surroundings({}, profile)).endpoint_from, "endpoint_url of profile 'default'");
    environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
    EXPECT_EQ(found(options, surroundings(environment, profile, services)).host, "b.s3.r.amazonaws.com");
}

TEST(S3Target, EndpointsMayHavePortAndPath) {
    const auto at = [](const std::string& endpoint) {
        return found({.bucket = "b", .prefix = "", .endpoint = endpoint, .region = "r"}, surroundings({}));
    };
    EXPECT_EQ(at("http://127.0.0.1:9000").endpoint_url(), "http://127.0.0.1:9000");
    EXPECT_EQ(at("http://127.0.0.1:9000").path("k"), "/b/k");
    EXPECT_EQ(at("https://store.example:443/base/").host_header(), "store.example");
    EXPECT_EQ(at("https://store.example/base/").path("k"), "/base/b/k");
    EXPECT_EQ(at("http://[::1]:8333/").host_header(), "[::1]:8333");
    EXPECT_TRUE(at("https://h").https);
    EXPECT_FALSE(at("http://h").https);
}

TEST(S3Target, EndpointsThatAreNoUrlAreRefused) {
    for (const char* endpoint : {"localhost:9000", "ftp://h", "http://", "http://h:0", "http://h:99999", "http://h:x",
                                 "http://u@h", "https://h?x"}) {
        const auto target =
            find_s3_target({.bucket = "b", .prefix = "", .endpoint = endpoint, .region = "r"}, surroundings({}));
        ASSERT_FALSE(target) << endpoint;
        EXPECT_EQ(exit_code(target.error()), 2);
        EXPECT_THAT(target.error().message, HasSubstr("(from endpoint of the config)"));
    }
}

}  // namespace
}  // namespace sluice
