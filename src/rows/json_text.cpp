#include "rows/json_text.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace sluice {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

std::uint32_t hex_value(char digit) {
    if (digit <= '9') return static_cast<std::uint32_t>(digit - '0');
    return static_cast<std::uint32_t>((digit | 0x20) - 'a') + 10U;
}

std::uint32_t hex_unit(const char* digits) {
    return hex_value(digits[0]) << 12U | hex_value(digits[1]) << 8U | hex_value(digits[2]) << 4U | hex_value(digits[3]);
}

void append_utf8(std::uint32_t code_point, std::string& out) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0U | code_point >> 6U);
        put(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        put(0xE0U | code_point >> 12U);
        put(0x80U | (code_point >> 6U & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    } else {
        put(0xF0U | code_point >> 18U);
        put(0x80U | (code_point >> 12U & 0x3FU));
        put(0x80U | (code_point >> 6U & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    }
}

// Decodes the escape whose backslash `at` points to; returns the position after it.
const char* append_escape(const char* at, std::string& out) {
    switch (at[1]) {
        case 'b':
            out.push_back('\b');
            return at + 2;
        case 'f':
            out.push_back('\f');
            return at + 2;
        case 'n':
            out.push_back('\n');
            return at + 2;
        case 'r':
            out.push_back('\r');
            return at + 2;
        case 't':
            out.push_back('\t');
            return at + 2;
        case 'u':
            break;
        default:
            out.push_back(at[1]);
            return at + 2;
    }
    const std::uint32_t unit = hex_unit(at + 2);
    if (unit < 0xD800 || unit > 0xDBFF) {
        append_utf8(unit, out);
        return at + 6;
    }
    const std::uint32_t low = hex_unit(at + 8);
    append_utf8(0x10000U + ((unit - 0xD800U) << 10U) + (low - 0xDC00U), out);
    return at + 12;
}

// For each byte: 0 when a JSON string takes it as it is, 'u' for a \u00XX escape, else the letter after the backslash.
constexpr std::array<char, 256> make_escapes() {
    std::array<char, 256> escapes{};
    for (std::size_t control = 0; control < 0x20; ++control) escapes[control] = 'u';
    escapes['\b'] = 'b';
    escapes['\f'] = 'f';
    escapes['\n'] = 'n';
    escapes['\r'] = 'r';
    escapes['\t'] = 't';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
}
constexpr std::array<char, 256> kEscapes = make_escapes();

bool is_white_space(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }

// The position after the string that opens at `at`.
const char* string_end(const char* at) {
    for (++at; *at != '"'; ++at) {
        if (*at == '\\') ++at;
    }
    return at + 1;
}

}  // namespace

void append_decoded(const Token& text, std::string& out) {
    const char* at = text.data + 1;
    const char* const end = text.data + text.size - 1;
    if (!text.escaped) {
        out.append(at, end);
        return;
    }
    while (at != end) {
        const auto* backslash = static_cast<const char*>(std::memchr(at, '\\', static_cast<std::size_t>(end - at)));
        if (backslash == nullptr) {
            out.append(at, end);
            return;
        }
        out.append(at, backslash);
        at = append_escape(backslash, out);
    }
}

void append_quoted(std::string_view utf8, std::string& out) {
    out.push_back('"');
    std::size_t copied = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        const char escape = kEscapes[byte];
        if (escape == 0) continue;
        out.append(utf8, copied, i - copied);
        copied = i + 1;
        out.push_back('\\');
        out.push_back(escape);
        if (escape == 'u') {
            out.append("00");
            out.push_back(kHexDigits[byte >> 4U]);
            out.push_back(kHexDigits[byte & 0xFU]);
        }
    }
    out.append(utf8, copied);
    out.push_back('"');
}

void append_laid_out(const Token& token, std::string& out) {
    if (token.is_null()) {
        out.append("null");
        return;
    }
    if (token.kind < Kind::array) {
        out.append(token.view());
        return;
    }
    const char* at = token.data;
    const char* const end = token.data + token.size;
    while (at != end) {
        const char byte = *at;
        if (byte == '"') {
            const char* const after = string_end(at);
            out.append(at, after);
            at = after;
            continue;
        }
        ++at;
        if (is_white_space(byte)) continue;
        out.push_back(byte);
        if (byte == ',' || byte == ':') out.push_back(' ');
    }
}

std::vector<Token> elements_of(const Token& array) {
    std::vector<Token> elements;
    const char* const end = array.data + array.size - 1;  // its bracket
    const char* begin = nullptr;                          // of the element, once it is met
    const char* last = nullptr;                           // behind its last byte that is no white space
    int depth = 0;
    const auto finish = [&] {
        if (begin != nullptr) elements.push_back(token_of({begin, static_cast<std::size_t>(last - begin)}));
        begin = nullptr;
    };
    for (const char* at = array.data + 1; at != end;) {
        const char byte = *at;
        if (depth == 0 && byte == ',') {
            finish();
            ++at;
            continue;
        }
        if (is_white_space(byte)) {
            ++at;
            continue;
        }
        if (begin == nullptr) begin = at;
        if (byte == '[' || byte == '{') ++depth;
        if (byte == ']' || byte == '}') --depth;
        at = byte == '"' ? string_end(at) : at + 1;
        last = at;
    }
    finish();
    return elements;
}

Token token_of(std::string_view json) {
    Token token{.data = json.data(), .size = static_cast<std::uint32_t>(json.size())};
    switch (json.front()) {
        case 'n':
            token.kind = Kind::null;
            break;
        case 'f':
            token.kind = Kind::false_;
            break;
        case 't':
            token.kind = Kind::true_;
            break;
        case '"':
            token.kind = Kind::text;
            token.escaped = json.find('\\') != std::string_view::npos;
            break;
        case '[':
            token.kind = Kind::array;
            break;
        case '{':
            token.kind = Kind::object;
            break;
        default:
            token.kind = Kind::number;
            break;
    }
    return token;
}

}  // namespace sluice
