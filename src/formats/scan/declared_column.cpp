#include "formats/scan/declared_column.hpp"

#include <charconv>
#include <cstdint>

#include "rows/json_text.hpp"

namespace sluice::formats {

namespace {

bool is_int64(std::string_view number) {
    std::int64_t value = 0;
    const char* end = number.data() + number.size();
    const auto parsed = std::from_chars(number.data(), end, value);
    return parsed.ec == std::errc() && parsed.ptr == end;
}

// A time never needs escapes, so nearly always the token's own bytes are its text.
std::string_view decoded(const Token& text, std::string& scratch) {
    if (!text.escaped) return text.view().substr(1, text.size - 2);
    scratch.clear();
    append_decoded(text, scratch);
    return scratch;
}

ParsedTime parse_time(const Token& token, const DeclaredColumn& column, std::string& scratch) {
    if (token.kind != Kind::text) return {.fault = TimeFault::form};
    return parse_timestamp(decoded(token, scratch), column.declared.type == Type::timestamp_ns, column.zone);
}

}  // namespace

Result<DeclaredColumns> declared_columns(const DeclaredTypes& types) {
    DeclaredColumns columns;
    for (const auto& [name, declared] : types) {
        DeclaredColumn column{.declared = declared};
        if (!declared.timezone.empty()) {
            TRY_ASSIGN(column.zone, TimeZone::named(declared.timezone));
        }
        columns.emplace(name, std::move(column));
    }
    return columns;
}

std::optional<Fault> check_declared(const Token& token, const DeclaredColumn& column, std::string& scratch) {
    if (token.is_null()) return std::nullopt;
    const auto unless = [](bool good) { return good ? std::nullopt : std::optional(Fault::bad_type); };
    switch (column.declared.type) {
        case Type::timestamp:
        case Type::timestamp_ns:
            return parse_time(token, column, scratch).fault == TimeFault::none ? std::nullopt
                                                                               : std::optional(Fault::bad_timestamp);
        case Type::text:
            return unless(token.kind == Kind::text);
        case Type::integer:
            return unless(token.kind == Kind::number && is_int64(token.view()));
        case Type::number:
            return unless(token.kind == Kind::number);
        case Type::boolean:
            return unless(token.kind == Kind::true_ || token.kind == Kind::false_);
    }
    return Fault::bad_type;
}

std::string expectation(const Token& token, const DeclaredColumn& column) {
    std::string scratch;
    switch (column.declared.type) {
        case Type::timestamp:
        case Type::timestamp_ns:
            switch (parse_time(token, column, scratch).fault) {
                case TimeFault::range:
                    return "a date and time that exist: years 0001 to 9999, hours 00 to 23, minutes and seconds 00 to "
                           "59";
                case TimeFault::precision:
                    return column.declared.type == Type::timestamp ? "a time with at most six fraction digits; declare "
                                                                     "the column as timestamp_ns to keep nine"
                                                                   : "a time with at most nine fraction digits";
                case TimeFault::form:
                case TimeFault::none:
                    return "a time as \"YYYY-MM-DD HH:MM:SS[.fraction][Z or +HH:MM]\"";
            }
            break;
        case Type::text:
            return "a text";
        case Type::integer:
            return "a whole number within 64 bits, written without point or exponent";
        case Type::number:
            return "a number";
        case Type::boolean:
            return "true or false";
    }
    return "a value of the declared type";
}

}  // namespace sluice::formats
