// What the config expects of a source or a step: `expect:`. Only what is said there; nothing of it was looked at yet.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/section.hpp"
#include "extractors/bad_row_limit.hpp"

namespace sluice {

enum class ExpectationKind {
    not_null,
    unique,
    accepted_values,
    between,
    regex,
    length,
    type,
    row_count,
    null_rate,
    distinct_count,
    freshness,
    referential,
    sql,
};

enum class Severity { fail, quarantine, warn };

// A lower and an upper bound, both taken in; nothing: there is none.
template <typename Value>
struct Bounds {
    std::optional<Value> least;
    std::optional<Value> most;
};

enum class ValueType { text, integer, number, boolean, timestamp, list, object };

struct Expectation {
    ExpectationKind kind = ExpectationKind::not_null;
    std::vector<LocatedText> columns;      // none: of the rows as such; several: of unique
    std::vector<std::string> values;       // accepted_values: JSON tokens
    Bounds<LocatedText> range;             // between: numbers or times, as they are written
    Bounds<std::uint64_t> counts;          // length, row_count, distinct_count
    std::string pattern;                   // regex
    ValueType type = ValueType::text;      // type
    std::chrono::milliseconds max_age{0};  // freshness
    LocatedText other;                     // referential: the source or step that has the keys
    std::string other_column;              // referential
    LocatedText sql;                       // sql: a statement that gives the rows at fault
    std::vector<LocatedText> tables;       // sql: the sources and steps that it reads
    BadRowLimit limit;                     // so many rows may fail
    std::optional<Severity> severity;      // nothing: the config's own
    std::string name;                      // the user's; "" for none
    Location location;

    // "between(status_code, 100 to 599)"; the user's name where there is one. The same for two that mean the same.
    [[nodiscard]] std::string title() const;
    // What a row, or all of them, must be: "from 100 to 599".
    [[nodiscard]] std::string requirement() const;
    // Whether each row meets it or not by the value of one column alone.
    [[nodiscard]] bool looks_at_one_value() const;
};

[[nodiscard]] std::string_view kind_name(ExpectationKind kind);
[[nodiscard]] std::string_view severity_name(Severity severity);
[[nodiscard]] std::string_view type_name(ValueType type);

}  // namespace sluice
