// Words as a shell takes them. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// A word that a POSIX shell reads back as it is: in single quotes where it needs them.
[[nodiscard]] std::string shell_word(std::string_view word);

}  // namespace sluice
