// What uploading to a bucket needs: the rights, and the hosts that are spoken to.
#pragma once

#include <string>
#include <vector>

#include "loaders/destination_access.hpp"
#include "loaders/s3/s3_target.hpp"

namespace sluice {

// The least IAM policy for S3Destination, indented, with a newline at the end.
[[nodiscard]] std::string s3_policy(const S3Target& target);

// Who may be asked for credentials, by what the environment and the profile say: the hosts of find_credentials().
[[nodiscard]] std::vector<HostAccess> credential_hosts(const S3Target& target, const S3Surroundings& surroundings);

}  // namespace sluice
