#include "s3/s3_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "utils/lower_case.hpp"
#include "utils/percent.hpp"

namespace sluice {
namespace {

constexpr std::string_view kAws = "amazonaws.com";
constexpr std::string_view kAwsInChina = "amazonaws.com.cn";

std::string without_slashes(std::string_view text) {
    while (text.starts_with('/')) text.remove_prefix(1);
    while (text.ends_with('/')) text.remove_suffix(1);
    return std::string(text);
}

struct Found {
    std::string value;
    std::string from;
};

Found find_region(const S3Options& options, const S3Surroundings& around) {
    if (!options.region.empty()) return {options.region, "region of the config"};
    for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
        if (const auto value = around.environment(variable); value && !value->empty()) return {*value, variable};
    }
    if (const auto value = around.profile("region"); value && !value->empty()) {
        return {*value, fmt::format("region of profile '{}'", around.profile_name)};
    }
    return {};
}

Found find_endpoint(const S3Options& options, const S3Surroundings& around) {
    if (!options.endpoint.empty()) return {options.endpoint, "endpoint of the config"};
    if (around.environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or("") == "true") return {};
    for (const char* variable : {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) {
        if (const auto value = around.environment(variable); value && !value->empty()) return {*value, variable};
    }
    if (const auto services = around.profile("services")) {
        if (const auto value = around.service_endpoint(*services); value && !value->empty()) {
            return {*value, fmt::format("services '{}' of profile '{}'", *services, around.profile_name)};
        }
    }
    if (const auto value = around.profile("endpoint_url"); value && !value->empty()) {
        return {*value, fmt::format("endpoint_url of profile '{}'", around.profile_name)};
    }
    return {};
}

Error bad_endpoint(const Found& endpoint) {
    return config_error("bad_endpoint",
                        fmt::format("the S3 endpoint '{}' (from {}) is not of the form https://HOST[:PORT] "
                                    "or http://HOST[:PORT]",
                                    endpoint.value, endpoint.from));
}

// Names of hosts have no case, and may end in a dot. All of AWS's hosts lead to the same buckets.
std::string store_of(std::string_view host, const S3Target& target, std::string_view base) {
    std::string name = in_lower_case(host);
    if (name.ends_with('.')) name.pop_back();
    for (const std::string_view domain : {kAws, kAwsInChina})
        if (name.ends_with(fmt::format(".{}", domain))) return std::string(domain);
    if (!target.is_usual_port()) name += fmt::format(":{}", target.port);
    return base.empty() ? name : fmt::format("{}/{}", name, base);
}

Result<> take_endpoint(const Found& endpoint, S3Addressing addressing, S3Target& target) {
    std::string_view rest = endpoint.value;
    if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
        target.https = false;
    } else {
        return bad_endpoint(endpoint);
    }
    if (rest.find_first_of("?#@ ") != std::string_view::npos) return bad_endpoint(endpoint);
    const std::size_t slash = rest.find('/');
    const std::string base = slash == std::string_view::npos ? "" : without_slashes(rest.substr(slash));
    std::string_view authority = rest.substr(0, slash);
    // An IPv6 address stands in brackets, with colons of its own.
    const std::size_t colon = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
    if (colon != std::string_view::npos) {
        const std::string_view digits = authority.substr(colon + 1);
        const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), target.port);
        if (fault != std::errc() || end != digits.data() + digits.size() || target.port == 0)
            return bad_endpoint(endpoint);
        authority = authority.substr(0, colon);
    }
    if (authority.empty()) return bad_endpoint(endpoint);
    target.host = authority;
    target.store = store_of(authority, target, base);
    const std::string start = base.empty() ? "/" : fmt::format("/{}/", percent_encoded(base, "/"));
    if (addressing == S3Addressing::in_host) {
        target.host = fmt::format("{}.{}", target.bucket, target.host);
        target.path_start = start;
    } else {
        target.path_start = fmt::format("{}{}/", start, target.bucket);
    }
    target.endpoint_from = endpoint.from;
    return {};
}

void take_aws(S3Addressing addressing, S3Target& target) {
    const std::string_view domain = target.region.starts_with("cn-") ? kAwsInChina : kAws;
    const bool has_dot = target.bucket.find('.') != std::string::npos;
    const bool in_path = addressing == S3Addressing::automatic ? has_dot : addressing == S3Addressing::in_path;
    target.host = in_path ? fmt::format("s3.{}.{}", target.region, domain)
                          : fmt::format("{}.s3.{}.{}", target.bucket, target.region, domain);
    target.path_start = in_path ? fmt::format("/{}/", target.bucket) : "/";
    target.store = domain;
}

}  // namespace

bool S3Target::is_usual_port() const { return port == 0 || port == (https ? 443 : 80); }

std::string S3Target::host_header() const { return is_usual_port() ? host : fmt::format("{}:{}", host, port); }

std::string S3Target::endpoint_url() const { return fmt::format("{}://{}", https ? "https" : "http", host_header()); }

std::string S3Target::key(std::string_view file) const {
    return prefix.empty() ? std::string(file) : fmt::format("{}/{}", prefix, file);
}

std::string S3Target::path(std::string_view key) const { return path_start + percent_encoded(key, "/"); }

std::string S3Target::place(std::string_view key) const { return fmt::format("s3://{}/{}/{}", store, bucket, key); }

std::string S3Target::bucket_path() const {
    return path_start.size() > 1 ? path_start.substr(0, path_start.size() - 1) : path_start;
}

std::string S3Target::address() const {
    return prefix.empty() ? fmt::format("s3://{}", bucket) : fmt::format("s3://{}/{}", bucket, prefix);
}

Result<S3Target> find_s3_target(const S3Options& options, const S3Surroundings& surroundings) {
    S3Target target;
    target.bucket = options.bucket;
    target.prefix = without_slashes(options.prefix);
    target.expected_owner = options.expected_owner;
    const Found endpoint = find_endpoint(options, surroundings);
    const Found region = find_region(options, surroundings);
    if (region.value.empty() && endpoint.value.empty()) {
        return config_error(
            "no_region",
            fmt::format(
                "no region is known for {}: name it as `region:` beside it or in AWS_REGION, or run "
                "`aws configure set region REGION` (looked at: the config, AWS_REGION, AWS_DEFAULT_REGION, profile "
                "'{}' of ~/.aws/config)",
                target.address(), surroundings.profile_name));
    }
    // Stores of other makers take any region, mostly; this one is what they call themselves.
    target.region = region.value.empty() ? "us-east-1" : region.value;
    if (endpoint.value.empty()) {
        take_aws(options.addressing, target);
    } else {
        TRY(take_endpoint(endpoint, options.addressing, target));
    }
    return target;
}

std::string s3_address(const S3Options& options) {
    S3Target target;
    target.bucket = options.bucket;
    target.prefix = without_slashes(options.prefix);
    return target.address();
}

}  // namespace sluice
