// The rights that publishing in a bucket needs.
#pragma once

#include <string>

#include "s3/s3_target.hpp"

namespace sluice {

// The least IAM policy for S3Destination, indented, with a newline at the end.
[[nodiscard]] std::string s3_policy(const S3Target& target, const S3Options& options);

}  // namespace sluice
