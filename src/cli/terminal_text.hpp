// Text as a terminal shows it: how wide it is, and what may be shown. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice {

// The length of the well-formed UTF-8 character at the start of `text`, or 0. `text` is not empty.
[[nodiscard]] std::size_t character_length(std::string_view text);
// How many columns of a terminal a text takes: wide characters take two, combining ones none.
[[nodiscard]] std::size_t text_width(std::string_view text);
// At most `width` columns of the text; what does not fit ends in `cut`.
[[nodiscard]] std::string fit_text(std::string_view text, std::size_t width, std::string_view cut = "...");
// A name as it may be shown: control characters, which could move the cursor, and broken UTF-8 become '?'.
[[nodiscard]] std::string printable(std::string_view name);
// Data as it may be shown: control characters become JSON's escapes (\n, \u001b), broken UTF-8 becomes '?'.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace sluice
