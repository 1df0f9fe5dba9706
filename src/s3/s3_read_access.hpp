// What reading from a bucket needs: the rights, and the hosts that are spoken to. Nobody is asked.
#pragma once

#include <string>
#include <vector>

#include "s3/s3_target.hpp"
#include "utils/host_access.hpp"
#include "utils/result.hpp"

namespace sluice {

// "arn:aws:s3:::BUCKET", in the partition of its region.
[[nodiscard]] std::string bucket_arn(const S3Target& target);

// Who may be asked for credentials, by what the environment and the profile say: the hosts of find_credentials().
[[nodiscard]] std::vector<HostAccess> credential_hosts(const S3Target& target, const S3Surroundings& surroundings);

struct S3ReadAccess {
    std::vector<std::string> reads;  // local files: AWS's profiles
    std::vector<HostAccess> hosts;
    std::string policy;  // the least IAM policy, indented, with a newline at the end
};

// To read the objects of `options.bucket` whose keys `patterns` match (keys, or such with *, ? and [).
[[nodiscard]] Result<S3ReadAccess> s3_read_access(const S3Options& options, const std::vector<std::string>& patterns);

}  // namespace sluice
