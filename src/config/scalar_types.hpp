// Texts as the typed values of a config: nothing when the text is no such value.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);  // -12, +3, 010 (ten)
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);          // true, True, TRUE, false, ...
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(
    std::string_view text);                                                     // 500ms, 10s, 2m, 1h, 90d
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);  // 1000, 64MiB, 2GiB, 5MB

}  // namespace sluice
