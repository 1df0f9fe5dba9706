#include "alerting/slack_channel.hpp"

#include <fmt/format.h>

#include "alerting/alert_fields.hpp"
#include "alerting/slack_message.hpp"
#include "alerting/web_delivery.hpp"

namespace sluice {
namespace {

// What Slack allows a webhook.
constexpr std::chrono::milliseconds kBetween{1000};

}  // namespace

Schema SlackChannel::schema() {
    return {.type = kType,
            .doc = "A message in a channel of Slack, through an incoming webhook.",
            .fields = with_alert_fields({{.name = "webhook",
                                          .type = FieldType::secret,
                                          .doc = "The address that Slack gave; empty switches the alert off.",
                                          .required = true,
                                          .details = "Whoever has it can write to the channel, so it is a secret.",
                                          .example = "${SLACK_WEBHOOK:-}"},
                                         ca_file_field()})};
}

std::unique_ptr<AlertChannel> SlackChannel::from_config(const AlertItem& item, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto channel = std::make_unique<SlackChannel>();
    channel->name_ = item.name;
    channel->webhook_ = item.section.secret("webhook").value_or(Secret());
    channel->host_ = read_web_host(item.section, "webhook", diagnostics);
    channel->ca_file_ = item.section.text("ca_file");
    return diagnostics.list().size() == before ? std::move(channel) : nullptr;
}

std::vector<HostAccess> SlackChannel::hosts() const {
    return {{.host = host_, .why = fmt::format("messages of alert '{}'", name_)}};
}

Result<> SlackChannel::send(const AlertMessage& message, const SendContext& context) {
    if (last_) {
        const auto next = *last_ + kBetween;
        if (next >= context.deadline)
            return external_error("no_time", "Slack takes one message a second, and the time for alerts is over", true);
        if (const auto now = context.clock.now(); now < next)
            TRY(context.clock.wait(std::chrono::ceil<std::chrono::milliseconds>(next - now), nullptr));
    }
    WebRequest request{.address = webhook_,
                       .headers = {{"Content-Type", Secret("application/json; charset=utf-8")}},
                       .body = slack_body(message),
                       .ca_file = ca_file_.empty() ? std::filesystem::path() : context.base / ca_file_};
    const Result<> sent = deliver_request(std::move(request), context);
    last_ = context.clock.now();
    return sent;
}

}  // namespace sluice
