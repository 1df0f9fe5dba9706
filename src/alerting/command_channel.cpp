#include "alerting/command_channel.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <string_view>

#include "alerting/alert_fields.hpp"
#include "config/tree.hpp"
#include "utils/child_process.hpp"
#include "utils/delayed_stop.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

constexpr std::size_t kLongestVariable = 100'000;  // Linux takes 128 KiB

// Without NUL, which would end it.
Secret variable(std::string text) {
    std::erase(text, '\0');
    if (text.size() > kLongestVariable) text.resize(kLongestVariable);
    return Secret(std::move(text));
}

}  // namespace

Schema CommandChannel::schema() {
    return {
        .type = kType,
        .doc = "A program that gets the message in its environment.",
        .fields = with_alert_fields(
            {{.name = "command",
              .type = FieldType::text_list,
              .doc = "A text for /bin/sh, or a list: the program and its arguments; empty switches the alert off.",
              .required = true,
              .details = "It runs in the folder that the config's paths start from. An exit code other than 0 counts "
                         "as not delivered.",
              .example = "logger -t sluice \"$SLUICE_ALERT_TITLE\""},
             {.name = "environment",
              .type = FieldType::secret_map,
              .doc = "Variables for the program that are secret, besides the environment of sluice.",
              .example = "{PAGER_TOKEN: \"${PAGER_TOKEN}\"}"}})};
}

std::unique_ptr<AlertChannel> CommandChannel::from_config(const AlertItem& item, Diagnostics& diagnostics) {
    auto channel = std::make_unique<CommandChannel>();
    const Tree* node = item.section.node("command");
    if (node != nullptr && node->is_scalar()) channel->arguments_ = {"/bin/sh", "-c"};
    std::vector<std::string> shown;
    for (const LocatedText& word : item.section.texts("command")) {
        if (word.value.find('\0') != std::string::npos) {
            diagnostics.add(word.location, "the command holds a NUL character");
            return nullptr;
        }
        channel->arguments_.push_back(word.value);
        shown.push_back(word.value);
    }
    channel->shown_ = fmt::format("{}", fmt::join(shown, " "));
    channel->environment_ = item.section.secrets("environment");
    return channel;
}

Result<> CommandChannel::send(const AlertMessage& message, const SendContext& context) {
    StopFlag stop;
    stop.set(SIGTERM);
    const DelayedStop at_deadline(&stop, context.left());
    ProcessRequest request{.arguments = arguments_, .folder = context.base, .stop = at_deadline.flag()};
    request.environment = environment_;
    const auto add = [&](const char* name, std::string text) {
        request.environment.emplace_back(name, variable(std::move(text)));
    };
    add("SLUICE_ALERT_TITLE", message.title);
    add("SLUICE_ALERT_TEXT", plain_text(message));
    add("SLUICE_ALERT_SEVERITY", std::string(severity_name(message.severity)));
    add("SLUICE_ALERT_PIPELINE", message.pipeline);
    add("SLUICE_ALERT_RUN", message.run);
    add("SLUICE_ALERT_JSON", to_json(message).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    const auto end = run_process(request, [](std::string_view) { return Result<>(); });
    if (!end && end.error().kind == ErrorKind::interrupted)
        return external_error("alert_command", fmt::format("`{}` did not end in time", shown_), true);
    if (!end) return end.error();
    if (end->exit_code == 0 && end->signal == 0) return {};
    return external_error("alert_command",
                          fmt::format("`{}` ended with {} {}{}", shown_, end->signal != 0 ? "signal" : "exit code",
                                      end->signal != 0 ? end->signal : end->exit_code,
                                      end->error_text.empty() ? "" : "; its stderr ends with: " + end->error_text),
                          true);
}

}  // namespace sluice
