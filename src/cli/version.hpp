// The version of Sluice and of the libraries linked into it.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// "sluice 0.1.0", then a line for each library; with a newline at the end.
[[nodiscard]] std::string version_text();

// "0.1.0".
[[nodiscard]] std::string_view version_number();

}  // namespace sluice
