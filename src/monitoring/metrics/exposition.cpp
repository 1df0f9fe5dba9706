#include "monitoring/metrics/exposition.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "formats/scan/utf8.hpp"

namespace sluice {
namespace {

constexpr std::size_t kLongest = 200;
constexpr std::string_view kCut = "...";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string label_list(const MetricLabels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        if (!text.empty()) text += ',';
        text += fmt::format("{}=\"{}\"", name, label_value(value));
    }
    return text;
}

}  // namespace

std::string label_value(std::string_view value) {
    std::string text;
    for (std::string_view left = value; !left.empty();) {
        const std::size_t valid = formats::utf8_length(left);
        const std::string_view character = valid > 0 ? left.substr(0, valid) : kReplacement;
        if (text.size() + character.size() > kLongest) {
            text += kCut;
            break;
        }
        if (character == "\\" || character == "\"") text += '\\';
        text += character == "\n" ? std::string_view("\\n") : character;
        left.remove_prefix(std::max<std::size_t>(valid, 1));
    }
    return text;
}

Exposition::Exposition(const MetricLabels& common) : common_(label_list(common)) {}

void Exposition::family(std::string_view name, std::string_view help) {
    name_ = name;
    head_ = fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
    taken_.clear();
}

void Exposition::sample(double value, const MetricLabels& labels) {
    std::string list = label_list(labels);
    if (!common_.empty()) list = list.empty() ? common_ : common_ + ',' + list;
    if (!taken_.insert(list).second) return;
    text_ += std::exchange(head_, {});
    text_ += list.empty() ? fmt::format("{} {}\n", name_, value) : fmt::format("{}{{{}}} {}\n", name_, list, value);
}

std::string Exposition::finish() && {
    text_ += "# EOF\n";
    return std::move(text_);
}

}  // namespace sluice
