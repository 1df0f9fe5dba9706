// What the step `mask` does to a value.
#pragma once

#include <string>

#include "rows/token.hpp"

namespace sluice {

// Appends the text that is masked: a text decoded, a number by its key text (200 for 2e2), true, false, a nested value
// as it is laid out. `token` is not null.
void append_masked_text(const Token& token, std::string& out);

// The same, but whole numbers with the digits that they were written with; as a text token, with * in place of each
// character (code point) but the last four; in place of all of them where there are fewer than eight.
void append_last4(const Token& token, std::string& out);

}  // namespace sluice
