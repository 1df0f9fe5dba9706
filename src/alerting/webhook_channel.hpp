// `type: webhook`: a request over HTTP with a JSON body of one's own making.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerting/alert_channel.hpp"
#include "alerting/webhook_template.hpp"
#include "config/config.hpp"

namespace sluice {

class WebhookChannel final : public AlertChannel {
public:
    static constexpr std::string_view kType = "webhook";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<AlertChannel> from_config(const AlertItem& item, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<HostAccess> hosts() const override;
    [[nodiscard]] std::string ca_file() const override { return ca_file_; }
    [[nodiscard]] Result<> send(const AlertMessage& message, const SendContext& context) override;

private:
    std::string name_;
    Secret url_;
    std::string host_;
    std::string method_;
    std::vector<std::pair<std::string, Secret>> headers_;
    WebhookTemplate template_;
    std::string ca_file_;
};

}  // namespace sluice
