// Hides what a value says and keeps what it looks like, so that one sees where a row is broken.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Digits become 0, letters and all that is not ASCII become x, a character each; signs and white space stay:
// {"id": 17, "name": "Bj"  ->  {"xx": 00, "xxxx": "xx"
[[nodiscard]] std::string masked_text(std::string_view text);

}  // namespace sluice
