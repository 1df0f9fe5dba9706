// How a number becomes bytes. Its value is 0.d1d2d3... * 10^point with d1 and the last digit not zero, and digits that
// come in pairs, the last one filled up with a zero. Then
//
//   number   = %x80                          (zero; -0 too)
//            | positive
//            | negative                      (each byte of `positive` inverted, then %xFF)
//   positive = point *pair
//   point    = %x83-FD                       (point + 0xC0, for -61 to 61)
//            | %x81 8OCTET                   (below that: point + 2^63, big-endian)
//            | %xFE 8OCTET                   (above that, likewise)
//   pair     = %x01-64                       (its two digits' value + 1)
//
// A larger point is a larger number, and then the digits decide from the left, so bytes compare as values do. A number
// that runs out of digits is the smaller one, and fewer bytes compare as smaller; for negative numbers the closing FF,
// above every inverted pair, turns that round.
#include "rows/key.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "rows/decimal.hpp"
#include "rows/json_text.hpp"

namespace sluice {
namespace {

constexpr char kFalse = 0x10;
constexpr char kTrue = 0x11;
constexpr char kNumber = 0x20;
constexpr char kNested = 0x40;

constexpr std::uint8_t kZero = 0x80;
constexpr std::uint8_t kPointBelow = 0x81;
constexpr std::uint8_t kPointZero = 0xC0;
constexpr std::uint8_t kPointAbove = 0xFE;
constexpr std::int64_t kMostNearPoint = 61;
constexpr std::uint64_t kPointBias = std::uint64_t{1} << 63U;

constexpr std::int64_t kPlainIntegerPoint = 21;  // whole numbers below 10^21 are written with all their digits
constexpr std::size_t kShortNumber = 32;         // bytes of a number that needs no Decimal
constexpr std::size_t kMostPointSize = 9;

char* write_point(std::int64_t point, char* out) {
    if (point >= -kMostNearPoint && point <= kMostNearPoint) {
        *out = static_cast<char>(point + kPointZero);
        return out + 1;
    }
    *out++ = static_cast<char>(point < 0 ? kPointBelow : kPointAbove);
    const std::uint64_t biased = static_cast<std::uint64_t>(point) + kPointBias;
    for (unsigned shift = 64; shift != 0; shift -= 8) *out++ = static_cast<char>(biased >> (shift - 8) & 0xFFU);
    return out;
}

// `digits`: not empty, without zeros at either end. `out` has room for kMostPointSize bytes more than half of them.
char* write_number(bool negative, std::string_view digits, std::int64_t point, char* out) {
    char* const begin = out;
    out = write_point(point, out);
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        *out++ = static_cast<char>((digits[i] - '0') * 10 + (digits[i + 1] - '0') + 1);
    }
    if (digits.size() % 2 != 0) *out++ = static_cast<char>((digits.back() - '0') * 10 + 1);
    if (!negative) return out;
    for (char* at = begin; at != out; ++at) *at = static_cast<char>(~*at);
    *out = static_cast<char>(0xFF);
    return out + 1;
}

std::string_view without_trailing_zeros(std::string_view digits) {
    return digits.substr(0, digits.find_last_not_of('0') + 1);
}

// The number without an exponent and of few digits, which needs no Decimal. False, with nothing appended, for others.
bool append_short_number(std::string_view token, std::string& key) {
    const bool negative = token.front() == '-';
    if (negative) token.remove_prefix(1);
    if (token.size() > kShortNumber) return false;
    std::array<char, kShortNumber> digits{};
    std::size_t count = 0;
    std::size_t leading_zeros = 0;
    std::size_t point = token.size();
    for (std::size_t i = 0; i < token.size(); ++i) {
        const char byte = token[i];
        if (byte == '.') {
            point = i;
        } else if (byte > '9' || byte < '0') {
            return false;
        } else if (byte == '0' && count == 0) {
            ++leading_zeros;
        } else {
            digits[count++] = byte;
        }
    }
    while (count > 0 && digits[count - 1] == '0') --count;
    std::array<char, 1 + kMostPointSize + kShortNumber> bytes{};
    bytes[0] = kNumber;
    char* end = bytes.data() + 2;
    if (count == 0) {
        bytes[1] = static_cast<char>(kZero);
    } else {
        const auto value_point = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(leading_zeros);
        end = write_number(negative, {digits.data(), count}, value_point, bytes.data() + 1);
    }
    key.append(bytes.data(), end);
    return true;
}

bool append_number(std::string_view token, std::string& key) {
    if (append_short_number(token, key)) return true;
    const Decimal decimal = parse_decimal(token);
    if (decimal.beyond_exponent) return false;
    key.push_back(kNumber);
    if (decimal.digits.empty()) {
        key.push_back(static_cast<char>(kZero));
        return true;
    }
    const std::int64_t point = decimal.exponent + static_cast<std::int64_t>(decimal.digits.size());
    const std::string_view digits = without_trailing_zeros(decimal.digits);
    const std::size_t begin = key.size();
    key.resize(begin + digits.size() / 2 + kMostPointSize + 2);
    const char* const end = write_number(decimal.negative, digits, point, key.data() + begin);
    key.resize(static_cast<std::size_t>(end - key.data()));
    return true;
}

struct KeyNumber {
    bool negative = false;
    std::string digits;  // empty: zero; no zeros at either end
    std::int64_t point = 0;

    [[nodiscard]] bool is_whole() const { return point >= static_cast<std::int64_t>(digits.size()); }
};

// `key` is a number's, with its first byte.
KeyNumber decode_number(std::string_view key) {
    KeyNumber number;
    key.remove_prefix(1);
    const auto lead = static_cast<std::uint8_t>(key.front());
    if (lead == kZero) return number;
    number.negative = lead < kZero;
    if (number.negative) key.remove_suffix(1);
    const auto byte_at = [&](std::size_t index) {
        const auto byte = static_cast<std::uint8_t>(key[index]);
        return number.negative ? static_cast<std::uint8_t>(~byte) : byte;
    };
    std::size_t at = 1;
    if (byte_at(0) == kPointBelow || byte_at(0) == kPointAbove) {
        std::uint64_t biased = 0;
        for (; at <= 8; ++at) biased = biased << 8U | byte_at(at);
        number.point = static_cast<std::int64_t>(biased - kPointBias);
    } else {
        number.point = static_cast<std::int64_t>(byte_at(0)) - kPointZero;
    }
    for (; at < key.size(); ++at) {
        const int pair = byte_at(at) - 1;
        number.digits.push_back(static_cast<char>('0' + pair / 10));
        number.digits.push_back(static_cast<char>('0' + pair % 10));
    }
    if (number.digits.back() == '0') number.digits.pop_back();
    return number;
}

std::string number_text(std::string_view key, bool spelled_as_integer) {
    const KeyNumber number = decode_number(key);
    if (number.digits.empty()) return "0";
    if (!number.is_whole() || (number.point > kPlainIntegerPoint && !spelled_as_integer)) {
        return layout_as_repr(number.negative, number.digits, number.point);
    }
    std::string text = number.negative ? "-" : "";
    text.append(number.digits);
    return text.append(static_cast<std::size_t>(number.point) - number.digits.size(), '0');
}

}  // namespace

bool append_key(const Token& token, std::string& key) {
    switch (token.kind) {
        case Kind::text:
            key.push_back(kTextKey);
            append_decoded(token, key);
            return true;
        case Kind::number:
            return append_number(token.view(), key);
        case Kind::false_:
            key.push_back(kFalse);
            return true;
        case Kind::true_:
            key.push_back(kTrue);
            return true;
        case Kind::array:
        case Kind::object:
            key.push_back(kNested);
            append_laid_out(token, key);
            return true;
        case Kind::null:
            break;
    }
    return true;
}

bool depends_on_spelling(std::string_view key) {
    if (key.front() != kNumber) return false;
    const KeyNumber number = decode_number(key);
    return number.is_whole() && number.point > kPlainIntegerPoint;
}

bool is_integer_form(const Token& token) {
    return token.kind == Kind::number && token.view().find_first_of(".eE") == std::string_view::npos;
}

void append_key_token(std::string_view key, bool spelled_as_integer, std::string& out) {
    if (key.front() == kTextKey) {
        append_quoted(key.substr(1), out);
    } else {
        out += key_text(key, spelled_as_integer);
    }
}

std::string key_token(std::string_view key, bool spelled_as_integer) {
    std::string token;
    append_key_token(key, spelled_as_integer, token);
    return token;
}

std::string key_text(std::string_view key, bool spelled_as_integer) {
    switch (key.front()) {
        case kFalse:
            return "false";
        case kTrue:
            return "true";
        case kNumber:
            return number_text(key, spelled_as_integer);
        default:
            return std::string(key.substr(1));
    }
}

Kind key_kind(std::string_view key) {
    switch (key.front()) {
        case kFalse:
            return Kind::false_;
        case kTrue:
            return Kind::true_;
        case kNumber:
            return Kind::number;
        case kTextKey:
            return Kind::text;
        default:
            return key[1] == '[' ? Kind::array : Kind::object;
    }
}

}  // namespace sluice
