#include "quality/expectations/value_tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "formats/scan/excerpt.hpp"

namespace sluice {

namespace {

class ExpectedValue final : public RowRule {
public:
    ExpectedValue(const Expectation& expectation, std::unique_ptr<const ValueTest> test)
        : column_(expectation.columns.front().value),
          title_(expectation.title()),
          takes_null_(expectation.kind != ExpectationKind::not_null),
          test_(std::move(test)) {}

    const std::string& column() const override { return column_; }
    bool meets(const Token& value, std::string& scratch) const override {
        return value.is_null() ? takes_null_ : test_->passes(value, scratch);
    }
    std::string objection(const Token& value) const override {
        return fmt::format("{}: {}", title_, shown_value(value));
    }

private:
    std::string column_;
    std::string title_;
    bool takes_null_;
    std::unique_ptr<const ValueTest> test_;
};

}  // namespace

Result<std::shared_ptr<const RowRule>> row_rule(const Expectation& expectation, const TimeNotation& notation) {
    TRY_ASSIGN(auto test, value_test(expectation, notation));
    return std::shared_ptr<const RowRule>(std::make_shared<ExpectedValue>(expectation, std::move(test)));
}

void ValueTally::merge(ValueTally&& other) {
    rows += other.rows;
    failing += other.failing;
    if (other.latest_seconds)
        latest_seconds = std::max(latest_seconds.value_or(*other.latest_seconds), *other.latest_seconds);
    std::ranges::move(other.first, std::back_inserter(first));
    std::ranges::sort(first, {}, &FailingValue::row);
    if (first.size() > kExamples) first.resize(kExamples);
}

bool is_tallied(const Expectation& expectation) {
    return expectation.looks_at_one_value() || expectation.kind == ExpectationKind::null_rate ||
           expectation.kind == ExpectationKind::freshness;
}

Result<ValueCheck> ValueCheck::of(const Expectation& expectation, const TimeNotation& notation) {
    TRY_ASSIGN(auto test, value_test(expectation, notation));
    TRY_ASSIGN(TimeReader times, TimeReader::of(notation));
    return ValueCheck(expectation.kind, std::move(test), std::move(times));
}

void ValueCheck::take_times(std::span<const Token> values, ValueTally& tally, std::string& scratch) const {
    constexpr std::int64_t kSecond = 1'000'000;
    for (const Token& token : values) {
        const ParsedTime time = times_.read(token, true, scratch);
        if (time.fault != TimeFault::none) continue;
        const std::int64_t seconds = time.microseconds / kSecond - (time.microseconds % kSecond < 0 ? 1 : 0);
        tally.latest_seconds = std::max(tally.latest_seconds.value_or(seconds), seconds);
    }
}

std::string shown_value(const Token& token) {
    return token.is_null() ? std::string("null") : formats::excerpt_around(token.view(), 0).text;
}

}  // namespace sluice
