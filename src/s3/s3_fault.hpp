// What a refused or lost request means and what to do about it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "s3/s3_exchange.hpp"
#include "s3/s3_target.hpp"
#include "utils/error.hpp"

namespace sluice {

struct S3Attempt {
    const S3Target* target = nullptr;
    std::string signer;     // "key testkey"
    std::string operation;  // "PutObject"
    std::string key;        // the object, or "" for the bucket
};

// The error of an answer that is not ok(): kind external, with AWS's code in the message.
[[nodiscard]] Error s3_fault(const S3Attempt& attempt, const S3Answer& answer);

// The server's Retry-After, when it is a number of seconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_after_of(const S3Answer& answer);

}  // namespace sluice
