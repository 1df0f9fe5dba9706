// Who takes an alert. One pair of files per type; pipeline/registry.cpp lists them.
//
// Order of calls: send() once for each message, the oldest first, from one thread; other channels send at the same time
// from theirs. The run is over by then: what fails here is told, and changes nothing.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "alerting/alert_message.hpp"
#include "utils/host_access.hpp"
#include "utils/result.hpp"
#include "utils/retry.hpp"

namespace sluice {

struct SendContext {
    std::filesystem::path base;  // relative paths of the config are below it
    RetryPolicy retry;
    RetryClock& clock;
    RetryClock::Time deadline;  // nothing goes on beyond it

    // What is left, at least a millisecond.
    [[nodiscard]] std::chrono::milliseconds left() const;
};

// Each type has kType, schema() and `static std::unique_ptr<AlertChannel> from_config(const AlertItem&, Diagnostics&)`
// beside it (null after a fault).
class AlertChannel {
public:
    virtual ~AlertChannel() = default;
    // Whom it speaks to, for `plan --access`; nobody is asked.
    [[nodiscard]] virtual std::vector<HostAccess> hosts() const { return {}; }
    // The program that it runs, as the config has it; "" for none.
    [[nodiscard]] virtual std::string program() const { return {}; }
    // The file of certificates that it trusts, as the config has it; "" for the system's.
    [[nodiscard]] virtual std::string ca_file() const { return {}; }
    // Tries again as the context says. Errors are kind external; retryable says whether a later run may do better.
    [[nodiscard]] virtual Result<> send(const AlertMessage& message, const SendContext& context) = 0;
};

// Tries until it is delivered, the policy gives up, or the deadline is there.
template <typename Call>
[[nodiscard]] Result<> deliver(const SendContext& context, Call call) {
    RetryPolicy policy = context.retry;
    policy.latest = context.deadline;
    return retry(policy, context.clock, nullptr, call);
}

}  // namespace sluice
