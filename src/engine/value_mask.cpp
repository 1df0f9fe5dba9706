#include "engine/value_mask.hpp"

#include <cstddef>

#include "rows/json_text.hpp"
#include "rows/key.hpp"

namespace sluice {

namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

// `as_integer`: a whole number of 10^21 or more has all its digits.
void append_text(const Token& token, bool as_integer, std::string& out) {
    std::string key;
    if (token.kind == Kind::text)
        append_decoded(token, out);
    else if (token.kind == Kind::number && append_key(token, key))
        out += key_text(key, as_integer);
    else
        append_laid_out(token, out);
}

}  // namespace

void append_masked_text(const Token& token, std::string& out) { append_text(token, false, out); }

void append_last4(const Token& token, std::string& out) {
    constexpr std::size_t kShown = 4;
    std::string text;
    append_text(token, is_integer_form(token), text);
    std::size_t characters = 0;
    for (const char byte : text)
        if (begins_character(byte)) ++characters;
    const std::size_t hidden = characters < 2 * kShown ? characters : characters - kShown;
    std::size_t begin = 0;  // of what is shown
    for (std::size_t left = hidden + 1; begin < text.size(); ++begin)
        if (begins_character(text[begin]) && --left == 0) break;
    append_quoted(std::string(hidden, '*') + text.substr(begin), out);
}

}  // namespace sluice
