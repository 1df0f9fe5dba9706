#include "engine/duckdb/scalar_functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>

#include "engine/duckdb/aggregate_functions.hpp"
#include "engine/duckdb/function_rows.hpp"
#include "engine/duckdb/handles.hpp"
#include "engine/duckdb/step_functions.hpp"
#include "engine/duckdb/vectors.hpp"
#include "rows/decimal.hpp"
#include "rows/duration.hpp"
#include "rows/exact_sum.hpp"
#include "rows/excerpt.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"

namespace sluice {

namespace {

void key(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    map_text(info, input, output, [](std::string_view text, std::string& out) -> Fault {
        if (append_key(token_of(text), out)) return {};
        return fmt::format("the number {} has an exponent of more than 18 digits, so it cannot be a key",
                           excerpt(text));
    });
}

void key_token_function(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<bool> spelled(input, 1);
    const VectorView<duckdb_string_t> keys(input, 0);
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        set_text(output, row, key_token(text_of(keys[row]), spelled[row]));
        return {};
    });
}

void spelled(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<duckdb_string_t> texts(input, 0);
    const VectorView<bool> out(output);
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        out[row] = is_integer_form(token_of(text_of(texts[row])));
        return {};
    });
}

void checked(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    map_text(info, input, output, [](std::string_view text, std::string& out) -> Fault {
        if (text.front() == kFaultMark) return Fault(text.substr(1));
        out.append(text);
        return {};
    });
}

void plain(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    map_text(info, input, output, [](std::string_view text, std::string& out) -> Fault {
        const Token token = token_of(text);
        if (token.kind == Kind::text)
            append_decoded(token, out);
        else
            out.append(text);
        return {};
    });
}

// Only for numbers that a DECIMAL(38) holds, so the text stays short.
void decimal(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    map_text(info, input, output, [](std::string_view text, std::string& out) -> Fault {
        const Decimal number = parse_decimal(text);
        if (number.beyond_limits) return fmt::format("the number {} has {}", excerpt(text), kBeyondLimits);
        if (number.negative) out.push_back('-');
        const auto digits = static_cast<std::int64_t>(number.digits.size());
        const std::int64_t before = digits + number.exponent;  // digits before the point
        if (before <= 0) {
            out.append("0.").append(static_cast<std::size_t>(-before), '0').append(number.digits);
        } else if (before >= digits) {
            out.append(number.digits).append(static_cast<std::size_t>(before - digits), '0');
        } else {
            const auto split = static_cast<std::size_t>(before);
            out.append(number.digits, 0, split).append(".").append(number.digits, split);
        }
        return {};
    });
}

template <typename Int>
bool fits(std::string_view text) {
    Int value{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc{} && end == text.data() + text.size();
}

void number_class(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<duckdb_string_t> texts(input, 0);
    const VectorView<int32_t> out(output);
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        const std::string_view text = text_of(texts[row]);
        const Token token = token_of(text);
        if (token.kind != Kind::number) {
            out[row] = 15;
        } else {
            const bool integer = is_integer_form(token);
            const std::size_t digits = text.size() - (text.front() == '-' ? 1 : 0);
            const bool int128 = integer && digits <= 38;  // 10^38 is below 2^127
            out[row] = (fits<std::int64_t>(text) ? 0 : 1) | (int128 ? 0 : 2) | (round_trips_double(text) ? 0 : 4);
        }
        return {};
    });
}

void time(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const std::vector<TimeReader>& readers = settings_of(info).times;
    const VectorView<duckdb_string_t> texts(input, 0);
    const VectorView<int32_t> notation(input, 1);
    const VectorView<bool> nanoseconds(input, 2);
    const VectorView<duckdb_hugeint> out(output);
    std::string scratch;
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        const std::string_view text = text_of(texts[row]);
        const TimeReader& reader = readers[static_cast<std::size_t>(notation[row])];
        const ParsedTime time = reader.read(token_of(text), nanoseconds[row], scratch);
        if (time.fault != TimeFault::none) return fmt::format("{} is not a time", text);
        out[row] = hugeint_of(static_cast<Int128>(time.microseconds) * 1000 + time.nanoseconds);
        return {};
    });
}

void duration(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<duckdb_string_t> texts(input, 0);
    const VectorView<duckdb_interval> out(output);
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        const std::string_view text = text_of(texts[row]);
        Int128 value = 0;
        for (const char digit : text.substr(text.front() == '-' ? 1 : 0)) value = value * 10 + (digit - '0');
        if (text.front() == '-') value = -value;
        if (value % 1000 != 0)
            return fmt::format(
                "a duration of {} nanoseconds is finer than the microseconds that an expression holds; "
                "carry it on as it is",
                text);
        const Int128 microseconds = value / 1000;
        constexpr Int128 kDay = 86'400'000'000;
        out[row] = {0, static_cast<int32_t>(microseconds / kDay), static_cast<int64_t>(microseconds % kDay)};
        return {};
    });
}

void quote(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    map_text(info, input, output, [](std::string_view text, std::string& out) -> Fault {
        append_quoted(text, out);
        return {};
    });
}

void double_function(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<double> values(input, 0);
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        if (!std::isfinite(values[row])) return "a computed number is beyond the range of a double, or is none (NaN)";
        // 0.0 and -0.0 are equal, so which of them a group or a minimum shows would depend on the threads.
        set_text(output, row, double_text(values[row] == 0 ? 0.0 : values[row]));
        return {};
    });
}

// A time as a token; "" and the reason when it is outside the calendar.
Fault append_time(std::int64_t microseconds, std::int32_t nanoseconds, std::string& out) {
    constexpr std::int64_t kFirst = -62'135'596'800'000'000;  // 0001-01-01
    constexpr std::int64_t kEnd = 253'402'300'800'000'000;    // 10000-01-01
    if (microseconds < kFirst || microseconds >= kEnd) return "a computed time is outside the years 0001 to 9999";
    out = "\"";
    append_iso_time(microseconds, nanoseconds, out);
    out.push_back('"');
    return {};
}

template <bool Nanoseconds>
void iso(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<int64_t> values(input, 0);
    std::string out;
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        constexpr std::int64_t kInfinity = std::numeric_limits<std::int64_t>::max();
        if (values[row] == kInfinity || values[row] == -kInfinity) return "a computed time is infinite";
        const std::int64_t parts = Nanoseconds ? 1000 : 1;
        std::int64_t microseconds = values[row] / parts;
        std::int64_t rest = values[row] % parts;
        if (rest < 0) {
            --microseconds;
            rest += parts;
        }
        Fault fault = append_time(microseconds, static_cast<std::int32_t>(rest), out);
        if (fault.empty()) set_text(output, row, out);
        return fault;
    });
}

std::string int128_text(Int128 value) { return fmt::format("{}", value); }

void interval(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<duckdb_interval> values(input, 0);
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        const duckdb_interval value = values[row];
        if (value.months != 0) return "a computed interval counts months or years, which have no fixed length";
        const Int128 microseconds = static_cast<Int128>(value.days) * 86'400'000'000 + value.micros;
        set_text(output, row, int128_text(microseconds * 1000));
        return {};
    });
}

// DuckDB writes NaN and Infinity into JSON; outside text neither word begins anything valid.
bool has_non_finite(std::string_view json) {
    bool inside = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        if (inside && json[at] == '\\') {
            ++at;
        } else if (json[at] == '"') {
            inside = !inside;
        } else if (!inside && (json[at] == 'N' || json[at] == 'I')) {
            return true;
        }
    }
    return false;
}

void json(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    map_text(info, input, output, [](std::string_view text, std::string& out) -> Fault {
        if (has_non_finite(text)) return "a computed number is beyond the range of a double, or is none (NaN)";
        const std::size_t begin = text.find_first_not_of(" \t\r\n");
        if (begin == std::string_view::npos) return "a computed JSON value is empty";
        const std::size_t end = text.find_last_not_of(" \t\r\n");
        append_laid_out(token_of(text.substr(begin, end - begin + 1)), out);
        return {};
    });
}

void mean_gap_function(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<duckdb_hugeint> spans(input, 0);
    const VectorView<int64_t> counts(input, 1);
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        set_text(output, row, int128_text(mean_gap(int128_of(spans[row]), static_cast<std::uint64_t>(counts[row]))));
        return {};
    });
}

// Decimals are exact, so the sum is rounded once: here.
void exact_mean(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<duckdb_string_t> sums(input, 0);
    const VectorView<int64_t> counts(input, 1);
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        ExactSum sum;
        static_cast<void>(sum.add(token_of(text_of(sums[row]))));  // a decimal is a number within the limits
        const Result<std::string> mean = sum.mean_text(static_cast<std::uint64_t>(counts[row]));
        if (!mean) return mean.error().message;
        set_text(output, row, *mean);
        return {};
    });
}

void exact_sum(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<duckdb_string_t> sums(input, 0);
    const VectorView<bool> integers(input, 1);
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        const std::string_view text = text_of(sums[row]);
        if (integers[row]) {
            set_text(output, row, text.substr(0, text.find('.')));
            return {};
        }
        ExactSum sum;
        static_cast<void>(sum.add(token_of(text)));
        const Result<std::string> rounded = sum.mean_text(1);
        if (!rounded) return rounded.error().message;
        set_text(output, row, *rounded);
        return {};
    });
}

std::vector<ScalarFunction> scalar_functions() {
    constexpr duckdb_type kText = DUCKDB_TYPE_VARCHAR;
    return {
        {"sl_checked", {kText}, kText, checked},
        {"sl_decimal", {kText}, kText, decimal},
        {"sl_double", {DUCKDB_TYPE_DOUBLE}, kText, double_function},
        {"sl_duration", {kText}, DUCKDB_TYPE_INTERVAL, duration},
        {"sl_exact_mean", {kText, DUCKDB_TYPE_BIGINT}, kText, exact_mean},
        {"sl_exact_sum", {kText, DUCKDB_TYPE_BOOLEAN}, kText, exact_sum},
        {"sl_interval", {DUCKDB_TYPE_INTERVAL}, kText, interval},
        {"sl_iso", {DUCKDB_TYPE_TIMESTAMP}, kText, iso<false>},
        {"sl_iso_ns", {DUCKDB_TYPE_TIMESTAMP_NS}, kText, iso<true>},
        {"sl_json", {kText}, kText, json},
        {"sl_key", {kText}, DUCKDB_TYPE_BLOB, key},
        {"sl_key_token", {DUCKDB_TYPE_BLOB, DUCKDB_TYPE_BOOLEAN}, kText, key_token_function},
        {"sl_mean_gap", {DUCKDB_TYPE_HUGEINT, DUCKDB_TYPE_BIGINT}, kText, mean_gap_function},
        {"sl_number_class", {kText}, DUCKDB_TYPE_INTEGER, number_class},
        {"sl_plain", {kText}, kText, plain},
        {"sl_quote", {kText}, kText, quote},
        {"sl_spelled", {kText}, DUCKDB_TYPE_BOOLEAN, spelled},
        {"sl_time", {kText, DUCKDB_TYPE_INTEGER, DUCKDB_TYPE_BOOLEAN}, DUCKDB_TYPE_HUGEINT, time},
    };
}

}  // namespace

Result<> register_scalar_functions(duckdb_connection connection, const DuckdbSettings& settings) {
    std::vector<ScalarFunction> functions = scalar_functions();
    std::ranges::move(step_functions(), std::back_inserter(functions));
    for (const ScalarFunction& function : functions) {
        const ScalarFunctionHandle handle(duckdb_create_scalar_function());
        duckdb_scalar_function_set_name(handle.get(), function.name);
        for (const duckdb_type parameter : function.parameters) {
            const TypeHandle type(duckdb_create_logical_type(parameter));
            duckdb_scalar_function_add_parameter(handle.get(), type.get());
        }
        const TypeHandle text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
        const TypeHandle result(function.result == DUCKDB_TYPE_LIST ? duckdb_create_list_type(text.get())
                                                                    : duckdb_create_logical_type(function.result));
        duckdb_scalar_function_set_return_type(handle.get(), result.get());
        duckdb_scalar_function_set_special_handling(handle.get());
        // The settings are only read.
        duckdb_scalar_function_set_extra_info(handle.get(), const_cast<DuckdbSettings*>(&settings), nullptr);
        duckdb_scalar_function_set_function(handle.get(), function.body);
        if (duckdb_register_scalar_function(connection, handle.get()) != DuckDBSuccess)
            return internal_error(fmt::format("DuckDB does not take our function {}", function.name));
    }
    return {};
}

}  // namespace sluice
