// Aggregates per key without making the joined rows (eager aggregation: Yan and Larson, "Eager Aggregation and Lazy
// Aggregation", VLDB 1995). A row of the side that has the group key stands for as many joined rows as the other side
// has rows with its join key; a measure of the other side is first gathered per join key. The cost grows with the rows
// of the two sources, not with the joined rows.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "engine/native/aggregate_input.hpp"
#include "engine/native/gap_measure.hpp"
#include "rows/exact_sum.hpp"

namespace sluice {

struct SummedRows {
    ExactSum sum;
    std::uint64_t rows = 0;  // that have a number
};

struct AllNull {};

// A measure's value by group code.
using MeasureValues = std::variant<AllNull, LargeVector<std::uint64_t>, LargeVector<SummedRows>, LargeVector<GapSpan>>;

struct Groups {
    LargeVector<std::uint64_t> rows;  // joined rows by group code; a group exists where there are some
    std::vector<MeasureValues> measures;
};

// What a measure reads: nothing for count_rows, or for a column that does not exist.
struct MeasureColumn {
    AggregateFunction function = AggregateFunction::count_rows;
    std::optional<FoundColumn> column;
};

// `input` is matched and the columns are of the kinds that the functions need. `group_count` counts the codes of the
// key's domain.
[[nodiscard]] Groups aggregate_by_key(const AggregateInput& input, const FoundColumn& key, std::size_t group_count,
                                      std::span<const MeasureColumn> measures, int threads);

// By group code, whether some row of the group wrote the key as an integer; empty where no key's text depends on it.
[[nodiscard]] std::vector<bool> groups_spelled_as_integer(const AggregateInput& input, const FoundColumn& key,
                                                          std::size_t group_count);

}  // namespace sluice
