#include "plan/relational/value_types.hpp"

#include <fmt/format.h>

namespace sluice {

namespace {

bool is_time_type(std::string_view type) { return type.starts_with("TIMESTAMP"); }

std::string call(std::string_view function, std::string_view argument) {
    return fmt::format("{}({})", function, argument);
}

std::string cast(std::string_view value, std::string_view type) { return fmt::format("CAST({} AS {})", value, type); }

std::string nanoseconds_of(std::string_view token, std::size_t notation, bool nanoseconds) {
    return fmt::format("sl_time({}, {}, {})", token, notation, nanoseconds);
}

std::string timestamp_of(const std::string& nanoseconds, bool keep_nanoseconds) {
    if (keep_nanoseconds) return fmt::format("make_timestamp_ns(CAST({} AS BIGINT))", nanoseconds);
    return fmt::format("make_timestamp(CAST({} // 1000 AS BIGINT))", nanoseconds);
}

// The value of a computed column, whose tokens were all made by token_value() from this type.
std::string value_of_computed(std::string_view type, std::string_view token) {
    if (type == "NULL") return "NULL";
    if (type == "BOOLEAN") return fmt::format("({} = 'true')", token);
    if (is_numeric(type)) return cast(token, type);
    if (type == "INTERVAL") return call("sl_duration", token);
    if (is_time_type(type))
        return timestamp_of(nanoseconds_of(token, 0, type == "TIMESTAMP_NS"), type == "TIMESTAMP_NS");
    if (type == "JSON") return cast(token, "JSON");
    if (type == "VARCHAR") return call("sl_plain", token);
    return cast(call("sl_plain", token), type);
}

TypedValue value_of_number(const BoundColumn& column, std::string_view token) {
    const NumberSurvey& numbers = column.facts.numbers;
    if (numbers.huge_exponent) return {TypeFault::huge_exponent, {}};
    if (numbers.all_integers && numbers.fits_int64) return {TypeFault::none, cast(token, "BIGINT")};
    if (numbers.all_integers && numbers.fits_int128) return {TypeFault::none, cast(token, "HUGEINT")};
    if (numbers.integer_digits + numbers.scale <= 38)
        return {TypeFault::none, cast(call("sl_decimal", token), fmt::format("DECIMAL(38,{})", numbers.scale))};
    if (numbers.fits_double) return {TypeFault::none, cast(token, "DOUBLE")};
    return {TypeFault::too_exact, {}};
}

std::string null_of(const ColumnFacts& facts) {
    if (!facts.declared) return "NULL";
    switch (facts.declared->type) {
        case Type::text:
            return "CAST(NULL AS VARCHAR)";
        case Type::integer:
            return "CAST(NULL AS BIGINT)";
        case Type::number:
            return "CAST(NULL AS DOUBLE)";
        case Type::boolean:
            return "CAST(NULL AS BOOLEAN)";
        case Type::timestamp:
            return "CAST(NULL AS TIMESTAMP)";
        case Type::timestamp_ns:
            return "CAST(NULL AS TIMESTAMP_NS)";
    }
    return "NULL";
}

std::size_t notation_of(const BoundColumn& column, const NotationIds& notations) {
    const auto found = notations.find(column.notation);
    return found == notations.end() ? 0 : found->second;
}

}  // namespace

TypedValue typed_value(const BoundColumn& column, std::string_view token, const NotationIds& notations) {
    const ColumnFacts& facts = column.facts;
    if (facts.two_types) return {TypeFault::two_types, {}};
    if (!facts.computed.empty()) return {TypeFault::none, value_of_computed(facts.computed, token)};
    const bool boolean = facts.has(Kind::false_) || facts.has(Kind::true_);
    const bool nested = facts.has(Kind::array) || facts.has(Kind::object);
    const int kinds =
        (boolean ? 1 : 0) + (nested ? 1 : 0) + (facts.has(Kind::number) ? 1 : 0) + (facts.has(Kind::text) ? 1 : 0);
    if (kinds == 0) return {TypeFault::none, null_of(facts)};
    if (kinds > 1) return {TypeFault::mixed, {}};
    if (boolean) return {TypeFault::none, fmt::format("({} = 'true')", token)};
    if (nested) return {TypeFault::none, cast(token, "JSON")};
    if (column.is_time())
        return {TypeFault::none,
                timestamp_of(time_value(column, token, notations), column.meaning == Meaning::timestamp_ns)};
    if (facts.has(Kind::number)) return value_of_number(column, token);
    return {TypeFault::none, call("sl_plain", token)};
}

std::string time_value(const BoundColumn& column, std::string_view token, const NotationIds& notations) {
    return nanoseconds_of(token, notation_of(column, notations), column.meaning == Meaning::timestamp_ns);
}

std::string sort_value(const BoundColumn& column, std::string_view token, const NotationIds& notations) {
    return column.is_time() ? time_value(column, token, notations) : call("sl_key", token);
}

BoundColumn computed_column(std::string name, const TokenValue& token) {
    return computed_column(std::move(name), token.computed, token.meaning);
}

BoundColumn computed_column(std::string name, std::string_view type, Meaning meaning) {
    BoundColumn column;
    column.name = std::move(name);
    column.meaning = meaning;
    column.facts.computed = type;
    return column;
}

}  // namespace sluice
