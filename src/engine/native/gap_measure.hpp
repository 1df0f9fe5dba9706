// mean_gap: per key, the mean difference between a row's time and the time of the row before, the first row counting as
// 0. The differences telescope, so it is (last time - first time) / rows: what must be known of each key is its first
// and last row that has a time, in the order of the joined rows (left input order, then right input order), and how
// many there are.
//
// A row of the key's own side stands for as many joined rows as it has matches. Each gives the accumulator its number
// of joined rows with a time and the first and last of them, with their order: the left row's position, ties resolved
// by the order in which the rows are folded.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/native/aggregate_input.hpp"
#include "rows/duration.hpp"

namespace sluice {

// Some joined rows with a time: how many, and from the first to the last of them.
struct GapSpan {
    std::uint64_t rows = 0;
    std::int64_t microseconds = 0;
    std::int32_t nanoseconds = 0;

    // There must be rows.
    [[nodiscard]] Nanoseconds mean_gap() const noexcept;
};

// By group code: the input's rows of the group that have a time. `own` is the side that the group key is on, and
// `groups` the group code of each of its rows.
[[nodiscard]] LargeVector<GapSpan> fold_gaps(const AggregateInput& input, JoinSide own, std::span<const Code> groups,
                                             std::size_t group_count, const FoundColumn& time, int threads);

}  // namespace sluice
