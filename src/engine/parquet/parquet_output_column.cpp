#include "engine/parquet/parquet_output_column.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "formats/scan/number_survey.hpp"
#include "rows/json_text.hpp"

namespace sluice {

namespace {

bool is_time(Meaning meaning) { return meaning == Meaning::timestamp || meaning == Meaning::timestamp_ns; }

}  // namespace

ParquetOutputColumn::ParquetOutputColumn(const OutputColumn& column, ValueStyle style)
    : column_(column),
      rendering_(column, style),
      time_(is_time(column.meaning) && style.timestamps == TimestampStyle::iso),
      nanoseconds_(column.meaning == Meaning::timestamp_ns) {
    if (time_) times_ = TimeReader::of(column.notation).value();
}

ParquetType ParquetOutputColumn::type() const {
    if (!time_) return parquet_type(values_, column_.type);
    if (nanoseconds_) return {.sql = "make_timestamp_ns({})"};
    return {.sql = "CAST(make_timestamp({}) AS TIMESTAMP WITH TIME ZONE)"};
}

// The type of a time does not depend on its values.
void ParquetOutputColumn::see(const Token& token) {
    if (token.is_null()) {
        ++values_.nulls;
    } else if (!time_) {
        text_.clear();
        rendering_.append(token, text_);
        see_text();
    }
}

Result<> ParquetOutputColumn::put(const Token& token, std::size_t at, TableAppender& out) {
    if (time_ && !token.is_null()) return put_time(token, at, out);
    see(token);
    if (token.is_null())
        out.set_null(at);
    else
        out.set_text(at, text_);
    return {};
}

void ParquetOutputColumn::see_text() {
    const Token token = token_of(text_);
    values_.kinds |= 1U << static_cast<unsigned>(token.kind);
    if (token.kind != Kind::number) return;
    formats::survey_number(token.view(), 0, values_.numbers);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(token.data, token.data + token.size, value);
    if (error == std::errc() && end == token.data + token.size) see_integer(value);
}

void ParquetOutputColumn::see_integer(std::int64_t value) {
    values_.least = any_ ? std::min(values_.least, value) : value;
    values_.most = any_ ? std::max(values_.most, value) : value;
    any_ = true;
}

Result<> ParquetOutputColumn::put_time(const Token& token, std::size_t at, TableAppender& out) {
    const ParsedTime time = times_.read(token, nanoseconds_, text_);
    if (time.fault != TimeFault::none)
        return internal_error(fmt::format("column '{}' has {}, which is no time", column_.name, token.view()));
    std::int64_t value = time.microseconds;
    if (nanoseconds_ && (__builtin_mul_overflow(value, std::int64_t{1000}, &value) ||
                         __builtin_add_overflow(value, time.nanoseconds, &value)))
        return data_error("bad_timestamp",
                          fmt::format("column '{}' has {}; Parquet's nanoseconds go from 1677 to 2262. Declare the "
                                      "column as `timestamp`, or write this output as json, jsonl or csv",
                                      column_.name, token.view()));
    see_integer(value);
    out.set_integer(at, value);
    return {};
}

}  // namespace sluice
