#include "alerting/web_delivery.hpp"

#include <fmt/format.h>

#include <string_view>

#include "config/characters.hpp"

namespace sluice {
namespace {

constexpr std::size_t kAnswerShown = 120;

bool is_passing(long status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

Error refusal(const WebAnswer& answer) {
    const std::string said = showable(std::string_view(answer.body).substr(0, kAnswerShown));
    return external_error("alert_refused",
                          fmt::format("the server answers {}{}", answer.status, said.empty() ? "" : ": " + said),
                          is_passing(answer.status));
}

}  // namespace

std::string read_web_host(const Section& section, std::string_view field, Diagnostics& diagnostics) {
    const auto address = parse_web_address(section.secret(field).value_or(Secret()));
    if (!address) {
        diagnostics.add(section.location(field), fmt::format("'{}' is no address: {}", field, address.error().message),
                        {}, "such as https://example.com/hook/${HOOK_TOKEN}");
        return {};
    }
    if (!address->is_secure && !is_this_machine(address->host))
        diagnostics.warn(section.location(field), fmt::format("'{}' is sent without TLS", field),
                         "whoever sees the network reads it, its address included: write https://");
    return address->host;
}

Result<> deliver_request(WebRequest request, const SendContext& context) {
    return deliver(context, [&](Attempt& attempt) -> Result<> {
        request.timeout = context.left();
        TRY_ASSIGN(const WebAnswer answer, send_request(request));
        if (answer.status >= 200 && answer.status < 300) return {};
        attempt.retry_after = answer.retry_after;
        return refusal(answer);
    });
}

}  // namespace sluice
