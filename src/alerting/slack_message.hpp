// An alert as the body of a Slack incoming webhook: text for notifications, and blocks within Slack's limits (a header
// of 150 characters, sections of 3,000, ten fields of 2,000, 50 blocks). &, < and > are escaped as Slack asks, so no
// name or value becomes a link or a mention.
#pragma once

#include <string>

#include "alerting/alert_message.hpp"

namespace sluice {

[[nodiscard]] std::string slack_body(const AlertMessage& message);

}  // namespace sluice
