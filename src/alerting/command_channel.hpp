// `type: command`: a program that gets the message in its environment: SLUICE_ALERT_TITLE, SLUICE_ALERT_TEXT,
// SLUICE_ALERT_JSON and a few more. Its standard input is empty.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerting/alert_channel.hpp"
#include "config/config.hpp"

namespace sluice {

class CommandChannel final : public AlertChannel {
public:
    static constexpr std::string_view kType = "command";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<AlertChannel> from_config(const AlertItem& item, Diagnostics& diagnostics);

    [[nodiscard]] std::string program() const override { return shown_; }
    // Never twice: what the program did before it failed is not known. It is ended at the deadline.
    [[nodiscard]] Result<> send(const AlertMessage& message, const SendContext& context) override;

private:
    std::vector<std::string> arguments_;
    std::string shown_;
    std::vector<std::pair<std::string, Secret>> environment_;
};

}  // namespace sluice
