// Text that may not be shown: a password, a token. It cannot be printed, formatted or compared by accident; whoever
// needs the text asks for it by name, and that is easy to search for. Copies are allowed; nothing is wiped from memory.
#pragma once

#include <iosfwd>
#include <string>
#include <utility>

namespace sluice {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}

    // Only where the text leaves for the system that it is meant for.
    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }

private:
    std::string value_;
};

// What stands for a secret wherever one would be shown.
inline constexpr const char* kMasked = "***";

std::ostream& operator<<(std::ostream&, const Secret&) = delete;

}  // namespace sluice
