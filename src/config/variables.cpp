#include "config/variables.hpp"

#include <fmt/format.h>

#include "config/secret_file.hpp"
#include "config/validation.hpp"

namespace sluice {
namespace {

constexpr int kDeepest = 16;  // of variables within a default
constexpr std::size_t kLongest = std::size_t{1} << 20U;
constexpr std::string_view kForms =
    "forms: ${NAME}, ${NAME:-default}, ${NAME:?message}, ${NAME:+alternative}, ${param.NAME}, and $${ for a literal ${";
constexpr std::string_view kParam = "param.";
constexpr std::string_view kFile = "file:";

bool starts_name(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

class Replacer {
public:
    Replacer(std::string_view text, Location location, const Variables& variables, Diagnostics& diagnostics)
        : text_(text), location_(std::move(location)), variables_(variables), diagnostics_(diagnostics) {}

    std::optional<std::string> run() { return text(0, true); }
    // Whether a default of the text itself was taken, or a file was read.
    [[nodiscard]] bool holds_literal() const { return holds_literal_; }
    [[nodiscard]] bool holds_file() const { return holds_file_; }

private:
    std::optional<std::string> text(int depth, bool evaluate);
    std::optional<std::string> variable(int depth, bool evaluate);
    std::optional<std::string> word(std::string_view name, char form, int depth, bool evaluate);
    std::optional<std::string> param(std::string_view whole, bool evaluate);
    std::optional<std::string> file(std::string_view whole, int depth, bool evaluate);
    std::optional<std::string> environment(const std::string& name) const {
        return variables_.environment ? variables_.environment(name) : std::nullopt;
    }
    std::nullopt_t fault(std::string message, std::string hint) {
        diagnostics_.add(location_, std::move(message), {}, std::move(hint));
        return std::nullopt;
    }
    std::string_view rest() const { return text_.substr(at_); }

    std::string_view text_;
    std::size_t at_ = 0;
    Location location_;
    const Variables& variables_;
    Diagnostics& diagnostics_;
    bool holds_literal_ = false;
    bool holds_file_ = false;
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
    if (rest().starts_with(kParam)) return param(whole, evaluate);
    if (rest().starts_with(kFile) &&
        std::string_view("-?+").find(rest().substr(kFile.size(), 1)) == std::string_view::npos)
        return file(whole, depth, evaluate);
    const std::size_t start = at_;
    if (at_ < text_.size() && starts_name(text_[at_])) {
        while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    }
    const std::string name(text_.substr(start, at_ - start));
    if (!name.empty() && rest().starts_with('}')) {
        ++at_;
        if (!evaluate) return "";
        if (auto value = environment(name)) return value;
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
    const auto set = evaluate ? environment(std::string(name)) : std::nullopt;
    const bool present = set && !set->empty();
    const bool counts = evaluate && (form == '+' ? present : !present);
    auto written = text(depth + 1, counts);
    if (!written || !evaluate) return written;
    if (form == '-' && !present && !written->empty()) holds_literal_ = true;
    if (form == '-') return present ? set : written;
    if (form == '+') return present ? written : std::optional<std::string>("");
    if (present || at_ >= text_.size()) return present ? set : written;
    return fault(fmt::format("variable '{}' is {}: {}", name, set ? "empty" : "not set",
                             written->empty() ? "it is required" : *written),
                 "set it in the environment");
}

// ${param.NAME} or ${param.NAME:FORMAT}; nothing can stand within it.
std::optional<std::string> Replacer::param(std::string_view whole, bool evaluate) {
    constexpr std::string_view kParamForms = "forms: ${param.NAME}, and ${param.NAME:%Y/%m/%d} of a date";
    const std::size_t close = whole.find('}');
    if (close == std::string_view::npos)
        return fault(fmt::format("'{}' has no closing brace", whole.substr(0, 40)), std::string(kParamForms));
    const std::string_view inner = whole.substr(2 + kParam.size(), close - 2 - kParam.size());
    at_ += kParam.size() + inner.size() + 1;
    const std::size_t colon = inner.find(':');
    const std::string name(inner.substr(0, colon));
    const std::string format(colon == std::string_view::npos ? "" : inner.substr(colon + 1));
    bool good = !name.empty() && starts_name(name.front()) && (colon == std::string_view::npos || !format.empty());
    for (const char c : name) good = good && in_name(c);
    if (!good)
        return fault(fmt::format("{} is not a variable", in_quotes(whole.substr(0, close + 1))),
                     std::string(kParamForms));
    if (!evaluate && !variables_.param) return "";
    if (!variables_.param) return fault("a param cannot stand here", "params stand in all other sections");
    auto value = variables_.param(name, format, location_, diagnostics_);
    return evaluate || !value ? value : std::optional<std::string>("");
}

std::optional<std::string> Replacer::file(std::string_view whole, int depth, bool evaluate) {
    at_ += kFile.size();
    const auto path = text(depth + 1, evaluate);
    if (!path) return std::nullopt;
    if (at_ >= text_.size())
        return fault(fmt::format("'{}' has no closing brace", whole.substr(0, 40)), std::string(kForms));
    ++at_;
    if (!evaluate) return "";
    holds_file_ = true;
    if (!variables_.files) return "";
    const auto content = read_secret_file(*path);
    if (!content) return fault(content.error().message, "the form is ${file:/run/secrets/NAME}");
    diagnostics_.hide(content->reveal());
    return content->reveal();
}

}  // namespace

void replace_variables(Tree& tree, const Variables& variables, Diagnostics& diagnostics) {
    for (Tree& item : tree.mutable_items()) replace_variables(item, variables, diagnostics);
    for (Tree::Entry& entry : tree.mutable_entries()) replace_variables(entry.value, variables, diagnostics);
    if (!tree.is_scalar() || tree.text().find("${") == std::string::npos) return;
    Replacer replacer(tree.text(), tree.location(), variables, diagnostics);
    auto value = replacer.run();
    if (value) {
        tree.replace_text(std::move(*value), replacer.holds_literal(), replacer.holds_file());
    } else {
        tree.mark_faulty();
    }
}

std::string resolved_name(Tree name, const Variables& variables) {
    Diagnostics ignored;
    const Variables quiet{.environment = variables.environment, .param = variables.param, .files = false};
    replace_variables(name, quiet, ignored);
    return name.text();
}

}  // namespace sluice
