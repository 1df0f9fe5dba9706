#include "plan/relational/aggregate_rules.hpp"

#include <fmt/format.h>

namespace sluice {

namespace {

constexpr std::uint32_t kNullBit = 1U << static_cast<unsigned>(Kind::null);
constexpr std::uint32_t kNumberBit = 1U << static_cast<unsigned>(Kind::number);
constexpr std::uint32_t kDecimalDigits = 18;

}  // namespace

Result<> check_summable(const StepContext& context, const AggregateColumn& aggregate, const BoundColumn& column) {
    const ColumnFacts& facts = column.facts;
    const bool computed = !facts.computed.empty();
    if (computed && !is_numeric(facts.computed) && facts.computed != "NULL")
        return context.refuse(aggregate.location, "not_a_number",
                              fmt::format("numbers are needed here; this gives {}", facts.computed));
    if (facts.two_types)
        return context.refuse(aggregate.location, "no_type", context.refusals.no_type(column, TypeFault::two_types));
    if (!computed && (facts.kinds & ~(kNullBit | kNumberBit)) != 0)
        return context.refuse(aggregate.location, "not_a_number", context.refusals.not_numbers(column));
    if (!computed && facts.numbers.huge_exponent)
        return context.refuse(aggregate.location, "exponent_too_large", context.refusals.huge_exponent(column));
    return {};
}

Result<> check_times(const StepContext& context, const AggregateColumn& aggregate, const BoundColumn& column) {
    if (column.is_time() || has_only_nulls(column.facts)) return {};
    return context.refuse(aggregate.location, "time_needed", context.refusals.not_times(column));
}

bool has_only_nulls(const ColumnFacts& facts) {
    return facts.computed.empty() ? (facts.kinds & ~kNullBit) == 0 : facts.computed == "NULL";
}

void warn_of_no_column(const StepContext& context, const AggregateColumn& aggregate, const BoundRelation& input) {
    const bool empty = aggregate.function == Aggregation::mean_gap;
    context.warn(aggregate.location, context.refusals.no_column(*aggregate.column, input) +
                                         (empty ? "; the result is empty" : "; the result is null in each group"));
}

void warn_of_no_key(const StepContext& context, const std::string& key, const Location& location,
                    const BoundRelation& input) {
    context.warn(location, context.refusals.no_column(key, input) + "; the result is empty");
}

bool sums_as_decimal(const ColumnFacts& facts) {
    return facts.computed.empty() && !facts.two_types && (facts.kinds & ~kNullBit) == kNumberBit &&
           !facts.numbers.huge_exponent && facts.numbers.integer_digits + facts.numbers.scale <= kDecimalDigits;
}

std::string decimal_value(const ColumnFacts& facts, const std::string& token) {
    const std::string plain = facts.numbers.all_integers ? token : fmt::format("sl_decimal({})", token);
    return fmt::format("CAST({} AS DECIMAL({},{}))", plain, kDecimalDigits, facts.numbers.scale);
}

std::string exact_sum_token(const std::string& sum, const std::string& integers) {
    return fmt::format("sl_exact_sum(CAST({} AS VARCHAR), {})", sum, integers);
}

std::string exact_mean_token(const std::string& sum, const std::string& count) {
    return fmt::format("sl_exact_mean(CAST({} AS VARCHAR), CAST({} AS BIGINT))", sum, count);
}

bool spelling_matters(const ColumnFacts& facts) {
    constexpr std::uint32_t kPlainDigits = 21;
    if (!facts.computed.empty() || facts.two_types) return true;
    return facts.has(Kind::number) && (facts.numbers.huge_exponent || facts.numbers.integer_digits > kPlainDigits);
}

}  // namespace sluice
