// The text at a fault, for messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::formats {

// The bytes around `offset`, on one line and printable: control bytes and invalid UTF-8 as \xNN, "..." where cut.
[[nodiscard]] std::string excerpt_around(std::string_view row, std::size_t offset);

}  // namespace sluice::formats
