// Keys: the bytes by which values are joined, grouped and sorted. Two values are equal as keys exactly when their key
// bytes are equal, and keys compare as their bytes do (memcmp, shorter first): false, true, numbers by value, text by
// code point, nested values by text. The encoding is invertible up to how a number was spelled.
//
// grammar:  key     = %x10 (false) | %x11 (true) | %x20 number | %x30 utf-8 text | %x40 laid-out JSON text
//           number  = documented in key.cpp; equal for 200, 200.0 and 2e2; any exponent of up to 18 digits
#pragma once

#include <string>
#include <string_view>

#include "rows/token.hpp"
#include "utils/result.hpp"

namespace sluice {

// The first byte of a text's key; the decoded text follows.
inline constexpr char kTextKey = 0x30;

// Appends the key bytes of `token`, which must not be null. False (and nothing appended) for a number whose exponent
// has more than 18 digits, which cannot be a key: the caller refuses it with its place.
[[nodiscard]] bool append_key(const Token& token, std::string& key);

// The key of a number as shortest text, and whether it is a whole number of 10^21 or more: only for those does the key
// text depend on how the value was written ("1e+21" or all its digits).
[[nodiscard]] bool depends_on_spelling(std::string_view key);
// Whether `token` is a number written as an integer (no point, no exponent).
[[nodiscard]] bool is_integer_form(const Token& token);

// The key as a JSON token: text escaped as Python's json.dumps(ensure_ascii=False) does, a number by its key text
// (design: all digits if some row wrote it as an integer, or the value is whole and below 10^21; else the shortest text
// laid out as Python's repr), true, false, nested values as laid out.
[[nodiscard]] std::string key_token(std::string_view key, bool spelled_as_integer);
void append_key_token(std::string_view key, bool spelled_as_integer, std::string& out);
// The key as the text of an object's name: text as it is (unescaped), all else as in key_token.
[[nodiscard]] std::string key_text(std::string_view key, bool spelled_as_integer);

// The kind a key stands for.
[[nodiscard]] Kind key_kind(std::string_view key);

}  // namespace sluice
