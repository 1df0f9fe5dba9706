#include "loaders/s3/s3_access.hpp"

#include <fmt/format.h>

#include "loaders/s3/s3_claim.hpp"
#include "s3/s3_read_access.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

// A multipart upload also decrypts. S3 alone may use the key for it.
Json key_rights(const S3Target& target, const std::string& key) {
    const std::string bucket = bucket_arn(target);
    const std::string partition = bucket.substr(0, bucket.find(":s3:"));
    std::string resource = key;
    if (!key.starts_with("arn:")) resource = fmt::format("{}:kms:{}:*:key/{}", partition, target.region, key);
    // Policies name keys, not aliases.
    if (key.empty() || key.find("alias/") != std::string::npos) resource = "*";
    const std::string service =
        fmt::format("s3.{}.amazonaws.com{}", target.region, target.region.starts_with("cn-") ? ".cn" : "");
    return {{"Sid", "UseTheKey"},
            {"Effect", "Allow"},
            {"Action", {"kms:GenerateDataKey", "kms:Decrypt"}},
            {"Resource", resource},
            {"Condition", {{"StringEquals", {{"kms:ViaService", service}}}}}};
}

}  // namespace

// PutObject covers multipart uploads but for giving one up. GetObject also covers asking for an object's checksum.
// Without ListBucket S3 answers a GetObject of a manifest that is not there yet with 403 and not with NoSuchKey.
std::string s3_policy(const S3Target& target, const S3Options& options) {
    const std::string bucket = bucket_arn(target);
    Json policy{
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
    if (options.encryption == "aws:kms") policy["Statement"].push_back(key_rights(target, options.kms_key));
    return policy.dump(2) + '\n';
}

}  // namespace sluice
