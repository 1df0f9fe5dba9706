// JSON strings and the layout of nested values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rows/token.hpp"

namespace sluice {

// Appends the decoded UTF-8 of a valid JSON string token (quotes included in the token).
void append_decoded(const Token& text, std::string& out);
// Appends `utf8` as a JSON string with quotes, escaped as Python's json.dumps(ensure_ascii=False) does.
void append_quoted(std::string_view utf8, std::string& out);
// Appends a valid token as it goes to an output: scalars byte for byte ("null" for a missing one), nested values on one
// line, laid out as Python's json.dumps does (", " and ": " between the tokens, none elsewhere), each scalar inside to
// the letter.
void append_laid_out(const Token& token, std::string& out);

// The elements of a valid array token, in their order; each points into it.
[[nodiscard]] std::vector<Token> elements_of(const Token& array);

// A token over `json`, which must be one valid JSON value without white space around it (kind and `escaped` are found
// out by looking at it). For values that we made or that come back from an engine.
[[nodiscard]] Token token_of(std::string_view json);

}  // namespace sluice
