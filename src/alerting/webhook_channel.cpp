#include "alerting/webhook_channel.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "alerting/alert_fields.hpp"
#include "alerting/web_delivery.hpp"
#include "utils/lower_case.hpp"

namespace sluice {
namespace {

// RFC 9110, section 5.6.2: a token; and a value without line ends, which could begin another header.
bool is_header(const std::string& name, const Secret& value) {
    const bool is_token = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
    return is_token && std::ranges::none_of(value.reveal(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

Schema WebhookChannel::schema() {
    return {.type = kType,
            .doc = "A request over HTTP with a JSON body.",
            .fields = with_alert_fields(
                {{.name = "url",
                  .type = FieldType::secret,
                  .doc = "The address, http or https; empty switches the alert off.",
                  .required = true,
                  .example = "${ALERT_WEBHOOK:-}"},
                 {.name = "method",
                  .doc = "The method of the request: `POST` or `PUT`.",
                  .default_text = "POST",
                  .choices = {"POST", "PUT"}},
                 {.name = "headers",
                  .type = FieldType::secret_map,
                  .doc = "Headers of the request; their values are secrets.",
                  .example = "{Authorization: \"Bearer ${ALERT_TOKEN}\"}"},
                 {.name = "template",
                  .doc = "The body: JSON in whose texts {{NAME}} stands for a part of the message.",
                  .details = "Without it the whole message: [alerts.md](alerts.md#the-message) has its parts.",
                  .example = "{\"summary\": \"{{title}}\", \"details\": \"{{lines}}\"}"},
                 ca_file_field()})};
}

std::unique_ptr<AlertChannel> WebhookChannel::from_config(const AlertItem& item, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto channel = std::make_unique<WebhookChannel>();
    const Section& section = item.section;
    channel->name_ = item.name;
    channel->url_ = section.secret("url").value_or(Secret());
    channel->host_ = read_web_host(section, "url", diagnostics);
    channel->method_ = section.text("method");
    channel->headers_ = section.secrets("headers");
    channel->ca_file_ = section.text("ca_file");
    for (const auto& [name, value] : channel->headers_)
        if (!is_header(name, value))
            diagnostics.add(section.location("headers"), fmt::format("header '{}' cannot be sent", name), {},
                            "its name has letters, digits and -, and its value no line ends");
    if (auto parsed = WebhookTemplate::parse(section.text("template")))
        channel->template_ = std::move(*parsed);
    else
        diagnostics.add(section.location("template"), fmt::format("the template: {}", parsed.error().message), {},
                        "JSON such as {\"text\": \"{{title}}\"}");
    return diagnostics.list().size() == before ? std::move(channel) : nullptr;
}

std::vector<HostAccess> WebhookChannel::hosts() const {
    return {{.host = host_, .why = fmt::format("requests of alert '{}'", name_)}};
}

Result<> WebhookChannel::send(const AlertMessage& message, const SendContext& context) {
    WebRequest request{.address = url_,
                       .method = method_,
                       .headers = headers_,
                       .body = template_.fill(message),
                       .ca_file = ca_file_.empty() ? std::filesystem::path() : context.base / ca_file_};
    const bool has_type =
        std::ranges::any_of(headers_, [](const auto& header) { return in_lower_case(header.first) == "content-type"; });
    if (!has_type) request.headers.emplace_back("Content-Type", Secret("application/json; charset=utf-8"));
    return deliver_request(std::move(request), context);
}

}  // namespace sluice
