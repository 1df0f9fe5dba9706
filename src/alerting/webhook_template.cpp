#include "alerting/webhook_template.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr int kDeepest = 64;

// Of "lines.0" the first line; null where there is none.
const Json* value_named(const Json& message, std::string_view name) {
    const std::size_t dot = name.find('.');
    const auto found = message.find(std::string(name.substr(0, dot)));
    if (found == message.end()) return nullptr;
    if (dot == std::string_view::npos) return &*found;
    std::size_t index = 0;
    const std::string_view digits = name.substr(dot + 1);
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    const bool good = fault == std::errc() && end == digits.data() + digits.size();
    return good && found->is_array() && index < found->size() ? &(*found)[index] : nullptr;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// Calls `take(text before, name)` for each {{name}}, and gives what is left behind the last.
template <typename Take>
std::string_view each_name(std::string_view text, Take take) {
    for (;;) {
        const std::size_t open = text.find(kOpen);
        const std::size_t close = open == std::string_view::npos ? open : text.find(kClose, open);
        if (close == std::string_view::npos) return text;
        take(text.substr(0, open), trimmed(text.substr(open + kOpen.size(), close - open - kOpen.size())));
        text.remove_prefix(close + kClose.size());
    }
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json filled(const Json& node, const Json& message) {
    if (node.is_string()) {
        const std::string& form = node.get_ref<const std::string&>();
        std::string text;
        std::optional<Json> alone;
        const auto take = [&](std::string_view before, std::string_view name) {
            const Json* value = value_named(message, name);
            if (before.empty() && text.empty()) alone = value == nullptr ? Json() : *value;
            text += before;
            if (value != nullptr) text += text_of(*value);
        };
        const std::string_view rest = each_name(form, take);
        const bool is_one = alone && rest.empty() && form.find(kOpen, kOpen.size()) == std::string::npos;
        return is_one ? *alone : Json(text + std::string(rest));
    }
    if (!node.is_structured()) return node;
    Json copy = node.is_array() ? Json::array() : Json::object();
    if (node.is_array())
        for (const Json& item : node) copy.push_back(filled(item, message));
    else
        for (const auto& [key, value] : node.items()) copy[key] = filled(value, message);
    return copy;
}

// A message with every part, to check names against.
const Json& sample() {
    static const Json json = [] {
        AlertMessage message;
        message.lines = {"", "", ""};
        message.events = {AlertEvent::failure};
        return to_json(message);
    }();
    return json;
}

Result<> check_names(const Json& node, int depth) {
    if (depth > kDeepest) return config_error("bad_template", "it is nested too deeply");
    std::optional<Error> fault;
    if (node.is_string()) {
        each_name(node.get_ref<const std::string&>(), [&](std::string_view, std::string_view name) {
            if (fault || value_named(sample(), name) != nullptr) return;
            std::vector<std::string_view> names;
            for (const auto& [known, value] : sample().items()) names.emplace_back(known);
            const std::string_view near = nearest_name(name, names);
            fault = config_error(
                "bad_template",
                fmt::format("no message has '{}'{}; there are {}, and lines.0 to lines.2", name,
                            near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near), fmt::join(names, ", ")));
        });
    }
    if (fault) return *fault;
    if (node.is_structured())
        for (const auto& item : node) TRY(check_names(item, depth + 1));
    return {};
}

}  // namespace

Result<WebhookTemplate> WebhookTemplate::parse(const std::string& text) {
    WebhookTemplate form;
    if (text.empty()) return form;
    Json tree;
    try {
        tree = Json::parse(text);
    } catch (const Json::parse_error& fault) {
        return config_error("bad_template", fmt::format("it is no JSON: wrong at its byte {}", fault.byte));
    }
    TRY(check_names(tree, 0));
    form.tree_ = std::make_shared<const Json>(std::move(tree));
    return form;
}

std::string WebhookTemplate::fill(const AlertMessage& message) const {
    const Json json = to_json(message);
    return (tree_ ? filled(*tree_, json) : json).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sluice
