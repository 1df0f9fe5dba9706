#include "engine/duckdb/token_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice {

namespace {

constexpr std::array<std::string_view, 13> kNumericTypes{"TINYINT",  "SMALLINT",  "INTEGER",  "BIGINT",  "HUGEINT",
                                                         "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
                                                         "BIGNUM",   "FLOAT",     "DOUBLE"};

bool is_time_type(std::string_view type) { return type.starts_with("TIMESTAMP"); }

std::string call(std::string_view function, std::string_view argument) {
    return fmt::format("{}({})", function, argument);
}

std::string cast(std::string_view value, std::string_view type) { return fmt::format("CAST({} AS {})", value, type); }

}  // namespace

bool is_numeric(std::string_view type) {
    return type.starts_with("DECIMAL(") || std::ranges::find(kNumericTypes, type) != kNumericTypes.end();
}

bool is_nested_type(std::string_view type) {
    return type.ends_with("]") || type.starts_with("STRUCT(") || type.starts_with("MAP(") || type.starts_with("UNION(");
}

TokenValue token_value(std::string_view type, std::string_view value) {
    if (type == "NULL" || type == "\"NULL\"") return {"CAST(NULL AS VARCHAR)", Meaning::value, "NULL"};
    if (type == "FLOAT" || type == "DOUBLE")
        return {call("sl_double", cast(value, "DOUBLE")), Meaning::value, "DOUBLE"};
    if (type == "BOOLEAN" || is_numeric(type)) return {cast(value, "VARCHAR"), Meaning::value, std::string(type)};
    if (type == "VARCHAR") return {call("sl_quote", value), Meaning::value, "VARCHAR"};
    if (type == "JSON") return {call("sl_json", cast(value, "VARCHAR")), Meaning::value, "JSON"};
    if (type == "INTERVAL") return {call("sl_interval", value), Meaning::duration, "INTERVAL"};
    if (type == "TIMESTAMP_NS") return {fmt::format("sl_iso_ns({})", value), Meaning::timestamp_ns, "TIMESTAMP_NS"};
    if (is_time_type(type))
        return {fmt::format("sl_iso({})", cast(value, "TIMESTAMP")), Meaning::timestamp, "TIMESTAMP"};
    if (is_nested_type(type)) return {call("sl_json", cast(call("to_json", value), "VARCHAR")), Meaning::value, "JSON"};
    if (type == "BLOB") return {};
    const std::string text = call("sl_quote", cast(value, "VARCHAR"));
    return {text, Meaning::value, type.starts_with("ENUM(") ? "VARCHAR" : std::string(type)};
}

}  // namespace sluice
