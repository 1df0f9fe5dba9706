#include "s3/s3_read_access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "s3/aws_profiles.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

std::string partition_of(std::string_view region) {
    if (region.starts_with("cn-")) return "aws-cn";
    return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

class Surroundings {
public:
    explicit Surroundings(const S3Surroundings& around) : around_(around) {}
    [[nodiscard]] std::string variable(const char* name) const { return around_.environment(name).value_or(""); }
    [[nodiscard]] bool has_variable(const char* name) const { return !variable(name).empty(); }
    [[nodiscard]] std::string property(const char* name) const { return around_.profile(name).value_or(""); }
    [[nodiscard]] bool has_property(const char* name) const { return !property(name).empty(); }

private:
    const S3Surroundings& around_;
};

// In a policy * and ? are what they are in a pattern, but * also passes slashes, and there are no brackets.
std::string resource_of(std::string_view pattern) {
    std::string resource;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const std::size_t closing = pattern[at] == '[' ? pattern.find(']', at + 2) : std::string_view::npos;
        resource += closing == std::string_view::npos ? pattern[at] : '?';
        if (closing != std::string_view::npos) at = closing;
    }
    return resource.empty() || resource.ends_with('/') ? resource + '*' : resource;
}

// Without ListBucket S3 answers a request for an object that is not there with 403 and not with NoSuchKey.
std::string read_policy(const S3Target& target, const std::vector<std::string>& patterns) {
    const std::string bucket = bucket_arn(target);
    Json objects = Json::array();
    for (const std::string& pattern : patterns) objects.push_back(fmt::format("{}/{}", bucket, resource_of(pattern)));
    const Json policy{{"Version", "2012-10-17"},
                      {"Statement", Json::array({{{"Sid", "ReadInputs"},
                                                  {"Effect", "Allow"},
                                                  {"Action", Json::array({"s3:GetObject"})},
                                                  {"Resource", objects}},
                                                 {{"Sid", "FindInputs"},
                                                  {"Effect", "Allow"},
                                                  {"Action", Json::array({"s3:ListBucket"})},
                                                  {"Resource", bucket}}})}};
    return policy.dump(2) + '\n';
}

}  // namespace

std::string bucket_arn(const S3Target& target) {
    return fmt::format("arn:{}:s3:::{}", partition_of(target.region), target.bucket);
}

std::vector<HostAccess> credential_hosts(const S3Target& target, const S3Surroundings& surroundings) {
    const Surroundings around(surroundings);
    const std::string domain = target.region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    if (around.has_variable("AWS_ACCESS_KEY_ID") && around.has_variable("AWS_SECRET_ACCESS_KEY")) return {};
    if (around.has_property("sso_session") || around.has_property("sso_start_url")) {
        const std::string region = around.has_property("sso_region") ? around.property("sso_region") : target.region;
        return {{fmt::format("portal.sso.{}.{}", region, domain), "credentials: single sign-on of the profile"},
                {fmt::format("oidc.{}.{}", region, domain), "credentials: single sign-on of the profile"}};
    }
    if (around.has_property("role_arn"))
        return {{fmt::format("sts.{}.{}", target.region, domain), "credentials: the role of the profile"}};
    if (around.has_property("aws_access_key_id") || around.has_property("credential_process")) return {};
    if (around.has_variable("AWS_WEB_IDENTITY_TOKEN_FILE"))
        return {{fmt::format("sts.{}.{}", target.region, domain), "credentials: web identity"}};
    if (around.has_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
        return {{"169.254.170.2", "credentials: the container's"}};
    if (around.has_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
        return {{around.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI"), "credentials: the container's"}};
    if (around.has_variable("AWS_EC2_METADATA_DISABLED")) return {};
    return {{"169.254.169.254", "credentials: the metadata service of an EC2 machine, since there are no others"}};
}

Result<S3ReadAccess> s3_read_access(const S3Options& options, const std::vector<std::string>& patterns) {
    TRY_ASSIGN(const auto runtime, AwsRuntime::get());
    const AwsProfileFiles profiles = AwsProfileFiles::read();
    const S3Surroundings surroundings = surroundings_of(profiles);
    TRY_ASSIGN(const S3Target target, find_s3_target(options, surroundings));
    S3ReadAccess access{.reads = profiles.paths(), .hosts = {}, .policy = read_policy(target, patterns)};
    access.hosts.push_back({target.host_header(), "inputs"});
    std::ranges::move(credential_hosts(target, surroundings), std::back_inserter(access.hosts));
    return access;
}

}  // namespace sluice
