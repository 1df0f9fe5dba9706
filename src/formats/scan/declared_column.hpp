// A column whose type the config declares, and the check of its values.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "formats/scan/fault.hpp"
#include "rows/declared_type.hpp"
#include "rows/time_reader.hpp"
#include "rows/token.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

struct DeclaredColumn {
    DeclaredType declared;
    TimeReader times = {};
};

using DeclaredColumns = std::map<std::string, DeclaredColumn, std::less<>>;

// Fails for a notation of times that cannot be read (kind config).
[[nodiscard]] Result<DeclaredColumns> declared_columns(const DeclaredTypes& types);

// The fault of a value that is not of the type, or nothing. Null is of every type. `scratch` keeps memory between
// calls.
[[nodiscard]] std::optional<Fault> check_declared(const Token& token, const DeclaredColumn& column,
                                                  std::string& scratch);

// What the type expects, for people: "a whole number within 64 bits, written without point or exponent".
[[nodiscard]] std::string expectation(const Token& token, const DeclaredColumn& column);

}  // namespace sluice::formats
