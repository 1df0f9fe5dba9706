// `type: email`: a mail over SMTP, with STARTTLS or TLS and, where there is a user, AUTH.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/alert_channel.hpp"
#include "alerting/mail.hpp"
#include "alerting/transfer.hpp"
#include "config/config.hpp"

namespace sluice {

class EmailChannel final : public AlertChannel {
public:
    static constexpr std::string_view kType = "email";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<AlertChannel> from_config(const AlertItem& item, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<HostAccess> hosts() const override;
    [[nodiscard]] std::string ca_file() const override { return ca_file_; }
    [[nodiscard]] Result<> send(const AlertMessage& message, const SendContext& context) override;

private:
    std::string name_;
    std::string server_;
    MailSecurity security_ = MailSecurity::starttls;
    std::string user_;
    Secret password_;
    Mailbox from_;
    std::vector<Mailbox> to_;
    std::string ca_file_;
};

}  // namespace sluice
