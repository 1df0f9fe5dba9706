#include "engine/value_cast.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

#include "formats/scan/json_number.hpp"
#include "rows/decimal.hpp"
#include "rows/json_text.hpp"

namespace sluice {

namespace {

bool is_int64(std::string_view number) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    return error == std::errc() && end == number.data() + number.size();
}

// A number as it stands, or the text of one.
bool append_number(const Token& token, std::string& out) {
    if (token.kind == Kind::number) {
        out.append(token.view());
        return true;
    }
    if (token.kind != Kind::text) return false;
    std::string text;
    append_decoded(token, text);
    if (!formats::is_number(text)) return false;
    out.append(text);
    return true;
}

bool append_integer(const Token& token, std::string& out) {
    std::string number;
    if (!append_number(token, number)) return false;
    if (!is_int64(number)) {
        Decimal decimal = parse_decimal(number);
        if (decimal.beyond_limits) return false;
        while (decimal.exponent < 0 && decimal.digits.ends_with('0')) {
            decimal.digits.pop_back();
            ++decimal.exponent;
        }
        constexpr std::int64_t kMostDigits = 19;
        if (decimal.digits.empty()) decimal.exponent = 0;
        if (decimal.exponent < 0 || decimal.exponent > kMostDigits) return false;
        const std::string whole = decimal.digits + std::string(static_cast<std::size_t>(decimal.exponent), '0');
        number = decimal.digits.empty() ? "0" : (decimal.negative ? "-" : "") + whole;
        if (!is_int64(number)) return false;
    }
    out.append(number);
    return true;
}

bool append_boolean(const Token& token, std::string& out) {
    std::string text;
    if (token.kind == Kind::text)
        append_decoded(token, text);
    else
        text = token.view();
    if (text != "true" && text != "false") return false;
    out.append(text);
    return true;
}

bool append_time(const Token& token, bool nanoseconds, const TimeReader& times, std::string& out) {
    std::string scratch;
    if (times.read(token, nanoseconds, scratch).fault != TimeFault::none) return false;
    out.append(token.view());
    return true;
}

bool append_as_text(const Token& token, std::string& out) {
    if (token.kind == Kind::text) {
        out.append(token.view());
        return true;
    }
    std::string text;
    append_laid_out(token, text);
    append_quoted(text, out);
    return true;
}

}  // namespace

bool append_cast(const Token& token, Type type, const TimeReader& times, std::string& out) {
    switch (type) {
        case Type::text:
            return append_as_text(token, out);
        case Type::integer:
            return append_integer(token, out);
        case Type::number:
            return append_number(token, out);
        case Type::boolean:
            return append_boolean(token, out);
        case Type::timestamp:
        case Type::timestamp_ns:
            return append_time(token, type == Type::timestamp_ns, times, out);
    }
    return false;
}

std::string cast_expectation(Type type, const TimeReader& times) {
    switch (type) {
        case Type::text:
            return "a value";
        case Type::integer:
            return "a whole number within 64 bits, or a text that is one";
        case Type::number:
            return "a number, or a text that is one as JSON writes them";
        case Type::boolean:
            return "true or false";
        case Type::timestamp:
            return times.expected_form() + ", at most to the microsecond";
        case Type::timestamp_ns:
            return times.expected_form() + ", at most to the nanosecond";
    }
    return "a value";
}

}  // namespace sluice
