#include "engine/native/encoded_column.hpp"

#include <algorithm>
#include <utility>

#include "rows/decimal.hpp"
#include "rows/exact_sum.hpp"

namespace sluice {
namespace {

void encode_codes(std::span<const Token> values, std::span<const Ordinal> ordinals, KeyDomain& domain, int thread,
                  EncodedColumn& out) {
    out.codes.resize(values.size());
    KeyDomain::Encoded encoded = domain.encode(thread, values, out.codes);
    if (encoded.first_unkeyable) out.unkeyable = ordinals[*encoded.first_unkeyable];
    out.spelled_as_integer = std::move(encoded.spelled_as_integer);
}

void encode_numbers(std::span<const Token> values, std::span<const Ordinal> ordinals, EncodedColumn& out) {
    NumberColumn& numbers = out.numbers;
    numbers.mantissas.resize(values.size());
    numbers.scales.assign(values.size(), NumberColumn::kNull);
    for (std::size_t row = 0; row < values.size(); ++row) {
        const Token& value = values[row];
        if (value.kind != Kind::number) continue;
        const std::optional<SmallDecimal> small = parse_small_decimal(value.view());
        if (small && small->scale > NumberColumn::kLong && small->scale <= std::numeric_limits<std::int8_t>::max()) {
            numbers.mantissas[row] = small->mantissa;
            numbers.scales[row] = static_cast<std::int8_t>(small->scale);
            continue;
        }
        if (ExactSum probe; probe.add(value) != ExactSum::Added::yes) {
            if (!out.huge_exponent) out.huge_exponent = ordinals[row];
            continue;
        }
        numbers.mantissas[row] = static_cast<std::int64_t>(numbers.long_numbers.size());
        numbers.scales[row] = NumberColumn::kLong;
        numbers.long_numbers.emplace_back(value.view());
    }
}

void encode_times(const ColumnUse& use, std::span<const Token> values, TimeColumn& out) {
    out.microseconds.assign(values.size(), TimeColumn::kNull);
    if (use.nanoseconds) out.nanoseconds.resize(values.size());
    std::string scratch;
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (values[row].is_null()) continue;
        const ParsedTime time = use.times->read(values[row], use.nanoseconds, scratch);
        if (time.fault != TimeFault::none) continue;  // the scan lets none through
        out.microseconds[row] = time.microseconds;
        if (use.nanoseconds) out.nanoseconds[row] = time.nanoseconds;
    }
}

void keep_first(std::optional<Ordinal>& first, const std::optional<Ordinal>& other) {
    if (other && (!first || *other < *first)) first = other;
}

template <typename Value>
void append(LargeVector<Value>& whole, const LargeVector<Value>& part) {
    whole.insert(whole.end(), part.begin(), part.end());
}

void append_numbers(NumberColumn&& part, NumberColumn& out) {
    const auto longs_before = static_cast<std::int64_t>(out.long_numbers.size());
    if (longs_before > 0 && !part.long_numbers.empty()) {
        for (std::size_t row = 0; row < part.scales.size(); ++row) {
            if (part.scales[row] == NumberColumn::kLong) part.mantissas[row] += longs_before;
        }
    }
    append(out.mantissas, part.mantissas);
    append(out.scales, part.scales);
    std::move(part.long_numbers.begin(), part.long_numbers.end(), std::back_inserter(out.long_numbers));
}

}  // namespace

EncodedColumn encode(const ColumnUse& use, std::span<const Token> values, std::span<const Ordinal> ordinals,
                     KeyDomain* domain, int thread) {
    EncodedColumn out;
    if (use.domain) encode_codes(values, ordinals, *domain, thread, out);
    if (use.numbers) encode_numbers(values, ordinals, out);
    if (use.times) encode_times(use, values, out.times);
    if (use.presence) {
        out.present.resize(values.size());
        std::transform(values.begin(), values.end(), out.present.begin(),
                       [](const Token& value) { return static_cast<std::uint8_t>(!value.is_null()); });
    }
    return out;
}

EncodedColumn assemble(const ColumnUse& use, std::span<const ColumnPart> parts, std::size_t rows) {
    EncodedColumn whole;
    if (use.domain) whole.codes.reserve(rows);
    if (use.numbers) whole.numbers.mantissas.reserve(rows), whole.numbers.scales.reserve(rows);
    if (use.times) whole.times.microseconds.reserve(rows);
    if (use.times && use.nanoseconds) whole.times.nanoseconds.reserve(rows);
    if (use.presence) whole.present.reserve(rows);
    for (const ColumnPart& entry : parts) {
        EncodedColumn part = std::exchange(*entry.column, {});
        append(whole.codes, part.codes);
        if (!part.spelled_as_integer.empty()) {
            whole.spelled_as_integer.resize(rows);
            std::copy(part.spelled_as_integer.begin(), part.spelled_as_integer.end(),
                      whole.spelled_as_integer.begin() + static_cast<std::ptrdiff_t>(entry.first_row));
        }
        append_numbers(std::move(part.numbers), whole.numbers);
        append(whole.times.microseconds, part.times.microseconds);
        append(whole.times.nanoseconds, part.times.nanoseconds);
        append(whole.present, part.present);
        keep_first(whole.unkeyable, part.unkeyable);
        keep_first(whole.huge_exponent, part.huge_exponent);
    }
    return whole;
}

}  // namespace sluice
