#include "engine/parquet/parquet_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rows/row_stream.hpp"

namespace sluice {

namespace {

constexpr std::uint32_t kMostDigits = 38;
constexpr std::array<std::string_view, 7> kIntegerTypes{"TINYINT",  "SMALLINT",  "INTEGER", "BIGINT",
                                                        "UTINYINT", "USMALLINT", "UINTEGER"};

constexpr std::uint32_t bit(Kind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr std::uint32_t kBooleans = bit(Kind::false_) | bit(Kind::true_);
constexpr std::uint32_t kNested = bit(Kind::array) | bit(Kind::object);

ParquetType as(std::string_view type) { return {.sql = fmt::format("CAST({{}} AS {})", type)}; }
ParquetType decimal(std::uint32_t scale) {
    return {.sql = fmt::format("CAST(sl_decimal({{}}) AS DECIMAL(38,{}))", scale)};
}
ParquetType text() { return {.sql = "sl_plain({})"}; }

bool is_integer_type(std::string_view type) { return std::ranges::find(kIntegerTypes, type) != kIntegerTypes.end(); }

ParquetType type_of_nulls(std::string_view wanted) {
    const bool known = is_integer_type(wanted) || wanted == "DOUBLE" || wanted == "BOOLEAN" || wanted == "DATE" ||
                       wanted.starts_with("DECIMAL(");
    return as(known ? wanted : "VARCHAR");
}

ParquetType type_of_numbers(const NumberSurvey& numbers, std::string_view wanted) {
    const bool doubles = numbers.fits_double && !numbers.huge_exponent;
    const bool sum = wanted == kTypeOfSum;
    if (doubles && (wanted == "DOUBLE" || (sum && !numbers.all_integers))) return as("DOUBLE");
    if (wanted.starts_with("DECIMAL(")) return as(wanted);
    if (numbers.all_integers && numbers.fits_int64) {
        ParquetType type = as(is_integer_type(wanted) ? wanted : "BIGINT");
        type.integers = true;
        return type;
    }
    if (!numbers.huge_exponent && numbers.integer_digits + numbers.scale <= kMostDigits) return decimal(numbers.scale);
    if (doubles) return as("DOUBLE");
    ParquetType type = text();
    type.warning =
        "it has numbers with more digits than a decimal of 38 digits or a double can hold, so it is text "
        "with each number as it was written";
    return type;
}

}  // namespace

ParquetType parquet_type(const ParquetValues& values, std::string_view wanted) {
    const std::uint32_t kinds = values.kinds & ~bit(Kind::null);
    if (kinds == 0) return type_of_nulls(wanted);
    if ((kinds & ~kBooleans) == 0) return {.sql = "({} = 'true')"};
    if (kinds == bit(Kind::number)) return type_of_numbers(values.numbers, wanted);
    if (kinds == bit(Kind::text)) return wanted == "DATE" ? ParquetType{.sql = "CAST(sl_plain({}) AS DATE)"} : text();
    ParquetType type = as("JSON");
    if ((kinds & ~kNested) != 0)
        type.warning = "it has values of more than one kind, so it is JSON text: texts are in quotes";
    return type;
}

}  // namespace sluice
