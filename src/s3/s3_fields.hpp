// The fields by which a config says where a bucket is, for sources and destinations alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "s3/s3_target.hpp"

namespace sluice {

// `endpoint`, `region`, `addressing` and `expected_owner`.
[[nodiscard]] std::vector<Field> s3_fields();

// What they say; the bucket is for the caller to add. Adds a fault for an endpoint that carries credentials.
[[nodiscard]] S3Options s3_options(const Section& section, Diagnostics& diagnostics);

// Why a text is no bucket's name; empty when it may be one.
[[nodiscard]] std::string fault_of_bucket(std::string_view bucket);

}  // namespace sluice
