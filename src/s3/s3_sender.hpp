// Requests to S3 with the policy's retries.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "s3/s3_connection.hpp"
#include "utils/retry.hpp"

namespace sluice {

using S3Headers = std::vector<std::pair<std::string, std::string>>;

// Status 200 and an error: so S3 answers when something goes wrong after it has begun to. No object is meant, which
// would have an ETag.
[[nodiscard]] bool is_error_in_disguise(const S3Answer& answer);

// Whether an answer that is not ok() is one that the caller understands: it is given back, and is no error.
using S3Understood = bool (*)(const S3Answer&);
// What is wrong with an answer that is ok(); one that says so is asked for again. May be empty.
using S3Check = std::function<Result<>(const S3Answer&)>;
// There is no such object or no such upload.
[[nodiscard]] bool is_missing(const S3Answer& answer);
// If-Match or If-None-Match did not hold: somebody else was first.
[[nodiscard]] bool is_refused_by_condition(const S3Answer& answer);

// The last failure as an error that says what to do. Thread-safe.
class S3Sender {
public:
    S3Sender(S3Connection& connection, RetryPolicy policy, const StopFlag* stop)
        : connection_(&connection), policy_(policy), stop_(stop) {}
    // `key` names the object in messages.
    [[nodiscard]] Result<S3Answer> send(const S3Request& request, const std::string& key,
                                        S3Understood understood = nullptr, const S3Check& check = {});
    // For tidying up: a stop does not prevent it. What cut the upload off may have cut the connection that a first try
    // takes, so it tries again while there is time, and no answer comes or one that does not help. The last answer.
    [[nodiscard]] S3Answer send_late(const S3Request& request, RetryClock::Time deadline);
    // The same. Whether it is tidy now.
    bool tidy_up(const S3Request& request, RetryClock::Time deadline);
    [[nodiscard]] const S3Target& target() const { return connection_->target(); }

private:
    S3Connection* connection_;
    RetryPolicy policy_;
    const StopFlag* stop_;
};

// CRC-64/NVME as S3's headers have it: eight bytes, the first the highest, in base64.
[[nodiscard]] std::string s3_checksum(std::uint64_t crc64nvme);

// The one that the server keeps of the object that it answered with; "" if it keeps none, or calls something else so,
// as a store may that knows the name alone.
[[nodiscard]] std::string kept_checksum(const S3Answer& answer);

// PutObject of a small text, checksummed.
[[nodiscard]] S3Request put_request(const S3Target& target, const std::string& key, std::string text,
                                    const S3Headers& headers);

}  // namespace sluice
