// The body of a generic webhook: JSON in which {{NAME}} stands for a part of the message. The template is read as JSON
// and filled in as a tree, so whatever a value holds, it stays within its text.
//
//   "{{title}}: {{lines.0}}"    in a text: as text
//   "{{lines}}"                 alone in a text: the value itself, here a list
#pragma once

#include <memory>
#include <string>

#include "alerting/alert_message.hpp"
#include "utils/result.hpp"

namespace sluice {

class WebhookTemplate {
public:
    // Fails (kind config) for what is no JSON, and for a name that no message has, with the nearest one. An empty text
    // stands for the whole message (to_json()).
    [[nodiscard]] static Result<WebhookTemplate> parse(const std::string& text);

    [[nodiscard]] std::string fill(const AlertMessage& message) const;

private:
    std::shared_ptr<const nlohmann::ordered_json> tree_;  // null: the whole message
};

}  // namespace sluice
