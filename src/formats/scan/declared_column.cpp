#include "formats/scan/declared_column.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace sluice::formats {

namespace {

bool is_int64(std::string_view number) {
    std::int64_t value = 0;
    const char* end = number.data() + number.size();
    const auto parsed = std::from_chars(number.data(), end, value);
    return parsed.ec == std::errc() && parsed.ptr == end;
}

ParsedTime parse_time(const Token& token, const DeclaredColumn& column, std::string& scratch) {
    return column.times.read(token, column.declared.type == Type::timestamp_ns, scratch);
}

std::string expected_time(const Token& token, const DeclaredColumn& column) {
    std::string scratch;
    const TimeFault fault = parse_time(token, column, scratch).fault;
    const bool is_text = token.kind == Kind::text;
    // Told by its look: a leap second is written so in every form that has a clock.
    if (fault != TimeFault::precision && is_text && token.view().find(":60") != std::string_view::npos)
        return fmt::format("{}, with seconds from 00 to 59: a leap second is on no clock that computes",
                           column.times.expected_form());
    switch (fault) {
        case TimeFault::range:
            return is_text
                       ? "a date and time that exist: years 0001 to 9999, hours 00 to 23, minutes and seconds 00 to "
                         "59"
                       : "a time in the years 0001 to 9999";
        case TimeFault::precision:
            return column.declared.type == Type::timestamp ? "a time with at most six fraction digits of a second; "
                                                             "declare the column as timestamp_ns to keep nine"
                                                           : "a time with at most nine fraction digits of a second";
        case TimeFault::form:
        case TimeFault::none:
            break;
    }
    return column.times.expected_form();
}

}  // namespace

Result<DeclaredColumns> declared_columns(const DeclaredTypes& types) {
    DeclaredColumns columns;
    for (const auto& [name, declared] : types) {
        DeclaredColumn column{.declared = declared};
        TRY_ASSIGN(column.times, TimeReader::of(declared.notation));
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
    switch (column.declared.type) {
        case Type::timestamp:
        case Type::timestamp_ns:
            return expected_time(token, column);
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
