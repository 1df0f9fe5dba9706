#include "loaders/s3/s3_access.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "loaders/s3/s3_claim.hpp"

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

}  // namespace

// PutObject covers multipart uploads but for giving one up. GetObject also covers asking for an object's checksum.
// Without ListBucket S3 answers a GetObject of a manifest that is not there yet with 403 and not with NoSuchKey.
std::string s3_policy(const S3Target& target) {
    const std::string bucket = fmt::format("arn:{}:s3:::{}", partition_of(target.region), target.bucket);
    const Json policy{
        {"Version", "2012-10-17"},
        {"Statement",
         Json::array(
             {{{"Sid", "PublishOutputs"},
               {"Effect", "Allow"},
               {"Action", {"s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}},
               {"Resource", fmt::format("{}/{}", bucket, target.key("*"))}},
              {{"Sid", "LetGoOfThePrefix"},
               {"Effect", "Allow"},
               {"Action", Json::array({"s3:DeleteObject"})},
               {"Resource", fmt::format("{}/{}", bucket, target.key(kClaimFile))}},
              {{"Sid", "TellWhatIsNotThereYet"},
               {"Effect", "Allow"},
               {"Action", {"s3:ListBucket", "s3:ListBucketMultipartUploads"}},
               {"Resource", bucket}}})}};
    return policy.dump(2) + '\n';
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

}  // namespace sluice
