// What is known of a relation once its rows are in DuckDB: its columns with the facts about their values, and the order
// of its rows. The table of a relation holds order columns o0, o1, ... and tokens c0, c1, ..., by the position of the
// column; columns that nothing needs are not in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/logical.hpp"
#include "rows/declared_type.hpp"
#include "rows/row_stream.hpp"
#include "rows/scan.hpp"

namespace sluice {

// A row of a source.
struct DataPlace {
    std::size_t source = 0;  // index into LogicalPlan::sources
    Ordinal ordinal = 0;
    auto operator<=>(const DataPlace&) const = default;
};

// ColumnFacts::computed of a sum, whose results are integers or doubles: what they are is found out once they are
// there.
inline constexpr std::string_view kTypeBySurvey = kTypeOfSum;

// What the values of a column may be. For a source's column it is what the survey found over the whole source, so it
// does not depend on what steps left over.
struct ColumnFacts {
    std::uint32_t kinds = 0;  // bit set of 1 << Kind
    std::array<DataPlace, 7> first_of_kind{};
    NumberSurvey numbers;
    DataPlace first_huge_exponent;
    std::optional<DeclaredType> declared;
    // A step made its values and only they tell what they are (cast, unnest): the facts above, `computed` and
    // `two_types` are empty until the step has a table (value_survey.hpp).
    bool unsurveyed = false;
    // Of a computed column: its DuckDB type, by which its tokens become values again. Empty: the facts above decide.
    std::string computed;
    bool two_types = false;  // a join put together two columns that are computed differently: only a cast reads them
    // Where the column was first named, for advice about `types:`.
    std::size_t source = 0;
    std::string source_column;

    [[nodiscard]] bool has(Kind kind) const noexcept { return (kinds >> static_cast<unsigned>(kind) & 1U) != 0; }
};

struct BoundColumn {
    std::string name;
    ColumnFacts facts;
    Meaning meaning = Meaning::value;
    TimeNotation notation;

    [[nodiscard]] bool is_time() const noexcept {
        return meaning == Meaning::timestamp || meaning == Meaning::timestamp_ns;
    }
    [[nodiscard]] OutputColumn output() const;
};

// One column of the order; nulls come last in both directions.
struct OrderColumn {
    bool descending = false;
    std::optional<std::size_t> source = std::nullopt;  // it holds ordinals of this source
};

struct BoundRelation {
    std::string table;  // empty: its columns are known, but it has no table yet
    std::vector<BoundColumn> columns;
    std::vector<OrderColumn> order;
    std::uint64_t rows = 0;

    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;
};

// Facts that the values themselves will tell; `declared` is the type that they were made to have, if any.
[[nodiscard]] ColumnFacts unsurveyed_facts(std::optional<DeclaredType> declared = std::nullopt);
// Whether some row may have a value there.
[[nodiscard]] bool may_have_values(const ColumnFacts& facts);
// A place that is in no source: of a value that the config gives.
inline constexpr DataPlace kNoPlace{SIZE_MAX, 0};

// The facts about a column that takes values from both.
[[nodiscard]] ColumnFacts merged(const ColumnFacts& left, const ColumnFacts& right);

// "o0 ASC NULLS LAST, o1 ...": for ORDER BY, each column with `prefix` in front.
[[nodiscard]] std::string order_by(const std::vector<OrderColumn>& order, std::string_view prefix = {});
// The same order as one value, for arg_min() and arg_max(), which keep one row of a group where first(x ORDER BY ...)
// keeps all of them; `first` goes before it: "<value>, 'DESC NULLS LAST', ", or nothing.
[[nodiscard]] std::string sort_key(const std::vector<OrderColumn>& order, std::string_view first = {});

}  // namespace sluice
