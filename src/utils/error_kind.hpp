// The kinds of errors by name, for machines: "internal", "config", "data", "external", "conflict", "interrupted".
#pragma once

#include <string_view>

#include "utils/error.hpp"

namespace sluice {

[[nodiscard]] std::string_view kind_name(ErrorKind kind);
// `internal` for a name that is none.
[[nodiscard]] ErrorKind kind_named(std::string_view name);

}  // namespace sluice
