// What the channels over HTTP share: reading an address of the config, and judging an answer.
#pragma once

#include <string>

#include "alerting/alert_channel.hpp"
#include "alerting/transfer.hpp"
#include "config/diagnostics.hpp"
#include "config/section.hpp"

namespace sluice {

// The host of the address in `field`, a secret; "" after a fault. An address without TLS is warned of, unless it is
// this machine's.
[[nodiscard]] std::string read_web_host(const Section& section, std::string_view field, Diagnostics& diagnostics);

// Sends until the answer is 2xx. 408, 425, 429 and 5xx are tried again, after Retry-After where there is one.
[[nodiscard]] Result<> deliver_request(WebRequest request, const SendContext& context);

}  // namespace sluice
