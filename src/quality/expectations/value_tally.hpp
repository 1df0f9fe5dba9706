// Counts the values of one column that do not meet an expectation: over blocks of a source, in several threads, or over
// batches of a step's rows. Tallies merge in any order to the same result.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "quality/expectations/expectation.hpp"
#include "quality/expectations/value_test.hpp"
#include "rows/block.hpp"
#include "rows/row_rule.hpp"
#include "rows/time_reader.hpp"
#include "utils/result.hpp"

namespace sluice {

inline constexpr std::size_t kExamples = 5;

struct FailingValue {
    Ordinal row = 0;  // of a step: how many rows go before it
    std::string value;
};

struct ValueTally {
    std::uint64_t rows = 0;
    std::uint64_t failing = 0;
    std::vector<FailingValue> first;             // in the order of the rows, at most kExamples
    std::optional<std::int64_t> latest_seconds;  // freshness: since 1970, floor

    void merge(ValueTally&& other);
};

// Whether such an expectation is told by a look at each value of one column.
[[nodiscard]] bool is_tallied(const Expectation& expectation);

// A token for a message: printable, and cut where it is long.
[[nodiscard]] std::string shown_value(const Token& token);

// An expectation of one value as a rule for rows, over a column whose times are written in `notation`. Its objections
// begin with the expectation's title and a colon. Fails as value_test() does.
[[nodiscard]] Result<std::shared_ptr<const RowRule>> row_rule(const Expectation& expectation,
                                                              const TimeNotation& notation);

// Immutable once made: one for all threads, each with a tally of its own.
class ValueCheck {
public:
    // Fails as value_test() does.
    [[nodiscard]] static Result<ValueCheck> of(const Expectation& expectation, const TimeNotation& notation);

    // Consecutive rows: `row_of` gives each one's ordinal by its index. `scratch` keeps memory between calls.
    template <typename RowOf>
    void take(std::span<const Token> values, const RowOf& row_of, ValueTally& tally, std::string& scratch) const {
        tally.rows += values.size();
        if (kind_ == ExpectationKind::freshness) return take_times(values, tally, scratch);
        const bool counts_nulls = kind_ == ExpectationKind::not_null || kind_ == ExpectationKind::null_rate;
        for (std::size_t index = 0; index < values.size(); ++index) {
            const Token& token = values[index];
            if (token.is_null() ? !counts_nulls : counts_nulls || test_->passes(token, scratch)) continue;
            ++tally.failing;
            if (tally.first.size() < kExamples) tally.first.push_back({row_of(index), shown_value(token)});
        }
    }

private:
    ValueCheck(ExpectationKind kind, std::unique_ptr<const ValueTest> test, TimeReader times)
        : kind_(kind), test_(std::move(test)), times_(std::move(times)) {}

    void take_times(std::span<const Token> values, ValueTally& tally, std::string& scratch) const;

    ExpectationKind kind_;
    std::unique_ptr<const ValueTest> test_;
    TimeReader times_;
};

}  // namespace sluice
