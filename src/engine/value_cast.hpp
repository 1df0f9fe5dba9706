// What the step `cast` does to a value: nothing is rounded, cut or guessed.
//
//   text       text as it is; a number and a nested value by their text as written, true, false
//   number     a number as it is; a text that is a JSON number, to the letter
//   integer    a number or such a text whose value is whole and within 64 bits: 5, 5.0 and "5e0" give 5
//   boolean    true, false; the texts "true" and "false"
//   timestamp  a text, or with a format of epoch times a number, that is a time in its notation, as it is
#pragma once

#include <string>

#include "rows/declared_type.hpp"
#include "rows/time_reader.hpp"
#include "rows/token.hpp"

namespace sluice {

// Appends the token of `token`, which is not null, as a value of `type`; false, and nothing appended, when it is none.
// `times` are those of a timestamp.
[[nodiscard]] bool append_cast(const Token& token, Type type, const TimeReader& times, std::string& out);

// What a value of the type is, in words: "a number, or a text that is one".
[[nodiscard]] std::string cast_expectation(Type type, const TimeReader& times);

}  // namespace sluice
