// A place in a config file or on the command line.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace sluice {

struct Location {
    std::string file;          // as the user named it; "--set path=value" for a value from the command line
    std::uint32_t line = 0;    // from 1; 0 for the command line
    std::uint32_t column = 0;  // from 1, in characters

    [[nodiscard]] std::string text() const;  // "config/config.yaml:14:11"
    auto operator<=>(const Location&) const = default;
};

}  // namespace sluice
