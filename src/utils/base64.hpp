// Bytes as text: base64 of RFC 4648, section 4, with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice {

[[nodiscard]] std::string base64(std::string_view bytes);
// Nothing for what base64() does not write: other characters, line ends, missing padding.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace sluice
