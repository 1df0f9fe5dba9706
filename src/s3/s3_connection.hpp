// Sends signed requests to S3 by AWS's own client, each once: trying again is the caller's (utils/retry.hpp).
//
// Thread-safe after open(). The threads and memory of AWS's libraries live as long as the last connection.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "s3/s3_exchange.hpp"
#include "s3/s3_target.hpp"
#include "utils/result.hpp"
#include "utils/retry.hpp"
#include "utils/stop.hpp"

namespace sluice {

class S3Connection {
public:
    // Finds region, endpoint and credentials. Fails when there are none, naming what was looked at. Asking for
    // credentials may need the network (single sign-on, assumed roles, the metadata service of a cloud machine).
    [[nodiscard]] static Result<std::unique_ptr<S3Connection>> open(const S3Options& options, const StopFlag* stop);
    virtual ~S3Connection() = default;

    [[nodiscard]] virtual const S3Target& target() const = 0;
    // Who signs, for messages: "key testkey"; never the secret.
    [[nodiscard]] virtual const std::string& signer() const = 0;
    // Waits for the answer; what goes wrong on the way is in the answer. Within a second after a stop, and at the
    // deadline, the request is given up.
    [[nodiscard]] virtual S3Answer send(const S3Request& request, const StopFlag* stop,
                                        std::optional<RetryClock::Time> deadline) = 0;
};

}  // namespace sluice
