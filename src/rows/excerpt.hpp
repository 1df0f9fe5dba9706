// A value as a message shows it.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// `text`, which is UTF-8, or its first 60 bytes, less those of a character that is cut, and "...".
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace sluice
