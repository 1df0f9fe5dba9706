// The lists of a message: expectations, rejected rows, columns, a slow run, runs that died, and what changed since the
// last good run. Each is cut after ten items.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerting/message_text.hpp"

namespace sluice {

[[nodiscard]] std::vector<AlertMessage::Group> message_groups(const MessageSubject& subject);

// "[sluice] reports (prod): failed".
[[nodiscard]] std::string message_title(std::string_view pipeline, std::string_view environment, std::string_view what);

}  // namespace sluice
