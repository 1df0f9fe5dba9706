#include "quality/expectations/pattern.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

namespace sluice {

struct Pattern::Compiled {
    explicit Compiled(const std::string& expression) : regex(expression, RE2::Quiet) {}
    RE2 regex;
};

Pattern::Pattern(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

Result<Pattern> Pattern::of(const std::string& expression) {
    auto compiled = std::make_unique<const Compiled>(expression);
    if (!compiled->regex.ok())
        return config_error("bad_pattern", fmt::format("not a regular expression: {}", compiled->regex.error()));
    return Pattern(std::move(compiled));
}

bool Pattern::is_in(std::string_view text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->regex);
}

}  // namespace sluice
