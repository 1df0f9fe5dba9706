// What an object is stored with besides its bytes.
#pragma once

#include <string_view>

#include "s3/s3_sender.hpp"
#include "s3/s3_target.hpp"

namespace sluice {

// Its type by the extension of `file`, and the destination's encryption.
[[nodiscard]] S3Headers object_headers(const S3Options& options, std::string_view file);

}  // namespace sluice
