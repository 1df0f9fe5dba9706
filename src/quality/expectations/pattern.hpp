// A regular expression of the config, by RE2: its time grows with the text and not with what the expression looks like.
// The only file that knows RE2 is pattern.cpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "utils/result.hpp"

namespace sluice {

// Thread-safe once made.
class Pattern {
public:
    // Fails (kind config, code "bad_pattern") with what is wrong with it.
    [[nodiscard]] static Result<Pattern> of(const std::string& expression);
    ~Pattern();
    Pattern(Pattern&& other) noexcept;
    Pattern& operator=(Pattern&& other) noexcept;

    // Whether it is found anywhere in the text, which is UTF-8.
    [[nodiscard]] bool is_in(std::string_view text) const;

private:
    struct Compiled;
    explicit Pattern(std::unique_ptr<const Compiled> compiled);
    std::unique_ptr<const Compiled> compiled_;
};

}  // namespace sluice
