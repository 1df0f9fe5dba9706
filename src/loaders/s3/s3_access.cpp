#include "loaders/s3/s3_access.hpp"

#include <fmt/format.h>

#include "loaders/s3/s3_claim.hpp"
#include "s3/s3_read_access.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

// PutObject covers multipart uploads but for giving one up. GetObject also covers asking for an object's checksum.
// Without ListBucket S3 answers a GetObject of a manifest that is not there yet with 403 and not with NoSuchKey.
std::string s3_policy(const S3Target& target) {
    const std::string bucket = bucket_arn(target);
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

}  // namespace sluice
