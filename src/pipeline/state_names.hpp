// Names of files in `.sluice/` that stand for names of the config, which may be any text.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// The text itself where a file may be called that; other characters become %2F, and a long text ends with its checksum.
// Two texts never have one name.
[[nodiscard]] std::string state_name(std::string_view text);

}  // namespace sluice
