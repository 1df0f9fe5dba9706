#include "formats/jsonl/value_scan.hpp"

namespace sluice::formats::jsonl {

namespace {

// The UTF-16 code unit of four hex digits, or -1.
int code_unit(const char* digits) noexcept {
    int unit = 0;
    for (int index = 0; index < 4; ++index) {
        const char c = digits[index];
        const char lower = static_cast<char>(c | 0x20);
        if (is_digit(c)) {
            unit = unit * 16 + (c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            unit = unit * 16 + (lower - 'a' + 10);
        } else {
            return -1;
        }
    }
    return unit;
}

}  // namespace

const char* escape_end(const char* at) noexcept {
    switch (at[1]) {
        case '"':
        case '\\':
        case '/':
        case 'b':
        case 'f':
        case 'n':
        case 'r':
        case 't':
            return at + 2;
        case 'u':
            break;
        default:
            return nullptr;
    }
    const int unit = code_unit(at + 2);
    if (unit < 0) return nullptr;
    if (unit < 0xD800 || unit > 0xDFFF) return at + 6;
    if (unit > 0xDBFF || at[6] != '\\' || at[7] != 'u') return nullptr;
    const int second = code_unit(at + 8);
    return second >= 0xDC00 && second <= 0xDFFF ? at + 12 : nullptr;
}

}  // namespace sluice::formats::jsonl
