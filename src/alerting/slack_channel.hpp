// `type: slack`: an incoming webhook of Slack, at most one message a second, with Slack's Retry-After obeyed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/alert_channel.hpp"
#include "config/config.hpp"

namespace sluice {

class SlackChannel final : public AlertChannel {
public:
    static constexpr std::string_view kType = "slack";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<AlertChannel> from_config(const AlertItem& item, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<HostAccess> hosts() const override;
    [[nodiscard]] std::string ca_file() const override { return ca_file_; }
    [[nodiscard]] Result<> send(const AlertMessage& message, const SendContext& context) override;

private:
    std::string name_;
    Secret webhook_;
    std::string host_;
    std::string ca_file_;
    std::optional<RetryClock::Time> last_;
};

}  // namespace sluice
