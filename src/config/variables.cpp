#include "config/variables.hpp"

#include <fmt/format.h>

namespace sluice {
namespace {

constexpr int kDeepest = 16;  // of variables within a default
constexpr std::size_t kLongest = std::size_t{1} << 20U;
constexpr std::string_view kForms =
    "forms: ${NAME}, ${NAME:-default}, ${NAME:?message}, ${NAME:+alternative}, and $${ for a literal ${";

bool starts_name(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

class Replacer {
public:
    Replacer(std::string_view text, Location location, const Environment& environment, Diagnostics& diagnostics)
        : text_(text), location_(std::move(location)), environment_(environment), diagnostics_(diagnostics) {}

    std::optional<std::string> run() { return text(0, true); }

private:
    std::optional<std::string> text(int depth, bool evaluate);
    std::optional<std::string> variable(int depth, bool evaluate);
    std::optional<std::string> word(std::string_view name, char form, int depth, bool evaluate);
    std::nullopt_t fault(std::string message, std::string hint) {
        diagnostics_.add(location_, std::move(message), {}, std::move(hint));
        return std::nullopt;
    }
    std::string_view rest() const { return text_.substr(at_); }

    std::string_view text_;
    std::size_t at_ = 0;
    Location location_;
    const Environment& environment_;
    Diagnostics& diagnostics_;
};

// Up to the end, or, within a variable, up to the brace that closes it.
std::optional<std::string> Replacer::text(int depth, bool evaluate) {
    std::string result;
    while (at_ < text_.size() && (depth == 0 || text_[at_] != '}')) {
        if (rest().starts_with("$${")) {
            result += "${";
            at_ += 3;
        } else if (rest().starts_with("${")) {
            const auto value = variable(depth, evaluate);
            if (!value) return std::nullopt;
            result += *value;
        } else {
            result += text_[at_++];
        }
        if (result.size() > kLongest)
            return fault("the value is longer than 1 MiB once its variables are replaced", {});
    }
    return result;
}

std::optional<std::string> Replacer::variable(int depth, bool evaluate) {
    if (depth >= kDeepest) return fault(fmt::format("variables nested deeper than {}", kDeepest), {});
    const std::string_view whole = rest();
    at_ += 2;
    const std::size_t start = at_;
    if (at_ < text_.size() && starts_name(text_[at_])) {
        while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    }
    const std::string name(text_.substr(start, at_ - start));
    if (!name.empty() && rest().starts_with('}')) {
        ++at_;
        if (!evaluate) return "";
        if (auto value = environment_(name)) return value;
        return fault(fmt::format("variable '{}' is not set", name),
                     fmt::format("set it, or give a default: ${{{}:-...}}", name));
    }
    const bool has_form = !name.empty() && rest().size() > 1 && text_[at_] == ':' &&
                          std::string_view("-?+").find(text_[at_ + 1]) != std::string_view::npos;
    if (!has_form) {
        const auto end = whole.find('}');
        if (end == std::string_view::npos)
            return fault(fmt::format("'{}' has no closing brace", whole.substr(0, 40)), std::string(kForms));
        return fault(fmt::format("'{}' is not a variable", whole.substr(0, end + 1)), std::string(kForms));
    }
    const char form = text_[at_ + 1];
    at_ += 2;
    auto value = word(name, form, depth, evaluate);
    if (!value) return std::nullopt;
    if (at_ >= text_.size())
        return fault(fmt::format("'{}' has no closing brace", whole.substr(0, 40)), std::string(kForms));
    ++at_;
    return value;
}

// The text after ":-", ":?" or ":+" and what it means. Text that does not count is read, but its variables need not be
// set.
std::optional<std::string> Replacer::word(std::string_view name, char form, int depth, bool evaluate) {
    const auto set = evaluate ? environment_(std::string(name)) : std::nullopt;
    const bool present = set && !set->empty();
    const bool counts = evaluate && (form == '+' ? present : !present);
    auto written = text(depth + 1, counts);
    if (!written || !evaluate) return written;
    if (form == '-') return present ? set : written;
    if (form == '+') return present ? written : std::optional<std::string>("");
    if (present || at_ >= text_.size()) return present ? set : written;
    return fault(fmt::format("variable '{}' is {}: {}", name, set ? "empty" : "not set",
                             written->empty() ? "it is required" : *written),
                 "set it in the environment");
}

}  // namespace

void replace_variables(Tree& tree, const Environment& environment, Diagnostics& diagnostics) {
    for (Tree& item : tree.mutable_items()) replace_variables(item, environment, diagnostics);
    for (Tree::Entry& entry : tree.mutable_entries()) replace_variables(entry.value, environment, diagnostics);
    if (!tree.is_scalar() || tree.text().find("${") == std::string::npos) return;
    auto value = Replacer(tree.text(), tree.location(), environment, diagnostics).run();
    if (value) {
        tree.set_text(std::move(*value));
    } else {
        tree.mark_faulty();
    }
}

}  // namespace sluice
