// Compares objects in a bucket with their manifest by the checksums that S3 keeps: nothing is downloaded.
#pragma once

#include "loaders/manifest_check.hpp"
#include "s3/s3_target.hpp"
#include "utils/retry.hpp"
#include "utils/stop.hpp"

namespace sluice {

// The manifest of `options.prefix`. An object whose CRC-64/NVME the store does not keep, or that has a SHA-256 in the
// manifest, is read in pieces instead. Fails as requests to S3 do, and (kind external) without a manifest.
[[nodiscard]] Result<ManifestCheck> check_bucket(const S3Options& options, const RetryPolicy& policy,
                                                 const StopFlag* stop);

}  // namespace sluice
