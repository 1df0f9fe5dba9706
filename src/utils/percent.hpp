#pragma once

#include <string>
#include <string_view>

namespace sluice {

// RFC 3986, section 2.3: all but letters, digits and - . _ ~ as % and two hexadecimal digits a byte. What is in `kept`
// stays, too.
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view kept = {});

}  // namespace sluice
