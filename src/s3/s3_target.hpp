// Where a bucket is reached: the answer to region, endpoint and style, found in the order in which AWS's own tools
// look.
//
//   region    config, AWS_REGION, AWS_DEFAULT_REGION, the profile's `region`; us-east-1 with an endpoint of one's own
//   endpoint  config, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the profile's `services` section (s3: endpoint_url), its
//             `endpoint_url`; else AWS. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true leaves all but the config's out
//   style     config; else bucket in the path with an endpoint of one's own, and on AWS for a bucket whose name has a
//   dot
//             (a certificate covers one label); else bucket in the host name
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "utils/result.hpp"

namespace sluice {

enum class S3Addressing { automatic, in_path, in_host };

// As the config has it; empty: not said.
struct S3Options {
    std::string bucket;
    std::string prefix = {};
    std::string endpoint = {};
    std::string region = {};
    S3Addressing addressing = S3Addressing::automatic;
    std::string expected_owner = {};
    std::string encryption = {};  // "AES256", "aws:kms"; else as the bucket says
    std::string kms_key = {};
    bool content_encoding = false;  // say how a compressed object is compressed, and the type of what is inside
};

// Where defaults come from.
struct S3Surroundings {
    std::function<std::optional<std::string>(const std::string& variable)> environment;
    // A property of the chosen profile in ~/.aws/config or ~/.aws/credentials.
    std::function<std::optional<std::string>(const std::string& property)> profile;
    // `s3: endpoint_url` of a [services NAME] section.
    std::function<std::optional<std::string>(const std::string& services)> service_endpoint;
    std::string profile_name;
};

struct S3Target {
    std::string bucket;
    std::string prefix;  // "" or without slashes at its ends
    std::string region;
    bool https = true;
    std::string host;            // as connections and the Host header name it, without a port
    std::uint16_t port = 0;      // 0: the scheme's own
    std::string path_start;      // what stands before the key: "/", "/bucket/", "/base/bucket/"
    std::string store;           // the endpoint, however it is written: "s3.example:9000/base"; AWS: its domain
    std::string endpoint_from;   // for messages: "AWS_ENDPOINT_URL"; empty: AWS itself
    std::string expected_owner;  // the account that must own the bucket; empty: any

    [[nodiscard]] bool is_usual_port() const;
    [[nodiscard]] std::string host_header() const;
    [[nodiscard]] std::string endpoint_url() const;              // "https://host:port"
    [[nodiscard]] std::string key(std::string_view file) const;  // prefix and file, joined by one slash
    [[nodiscard]] std::string path(std::string_view key) const;  // of the request, percent-encoded
    // Which object it is: the same for all endpoints and styles that lead to it.
    [[nodiscard]] std::string place(std::string_view key) const;
    [[nodiscard]] std::string bucket_path() const;  // of a request about the bucket itself
    [[nodiscard]] std::string address() const;      // "s3://bucket/prefix"
};

// Fails (kind config) when no region is found, or an endpoint is no http or https URL.
[[nodiscard]] Result<S3Target> find_s3_target(const S3Options& options, const S3Surroundings& surroundings);

// "s3://bucket/prefix", for when nothing else is known yet.
[[nodiscard]] std::string s3_address(const S3Options& options);

}  // namespace sluice
