#include "engine/native/gap_measure.hpp"

#include <algorithm>
#include <optional>

#include "engine/native/fold_by_code.hpp"

namespace sluice {
namespace {

struct GapTime {
    std::int64_t microseconds = 0;
    std::int32_t nanoseconds = 0;
};

GapSpan span_of(std::uint64_t rows, const GapTime& first, const GapTime& last) {
    return {rows, last.microseconds - first.microseconds, last.nanoseconds - first.nanoseconds};
}

// Some joined rows with a time: how many, and the first and last of them.
struct TimedRows {
    std::uint64_t rows = 0;
    std::uint64_t first_order = 0;
    std::uint64_t last_order = 0;
    GapTime first;
    GapTime last;

    // Adds rows that come after these where the order says nothing else.
    void add(const TimedRows& more) noexcept {
        if (more.rows == 0) return;
        if (rows == 0 || more.first_order < first_order) {
            first_order = more.first_order;
            first = more.first;
        }
        if (rows == 0 || more.last_order >= last_order) {
            last_order = more.last_order;
            last = more.last;
        }
        rows += more.rows;
    }
    [[nodiscard]] GapSpan span() const noexcept { return span_of(rows, first, last); }
};

void merge(TimedRows& rows, const TimedRows& later) { rows.add(later); }

// The same of rows that are in order and stand for themselves.
struct OrderedTimes {
    std::uint32_t rows = 0;
    std::int32_t first_nanoseconds = 0;
    std::int32_t last_nanoseconds = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;

    void add(const OrderedTimes& later) noexcept {
        if (later.rows == 0) return;
        if (rows == 0) {
            first = later.first;
            first_nanoseconds = later.first_nanoseconds;
        }
        last = later.last;
        last_nanoseconds = later.last_nanoseconds;
        rows += later.rows;
    }
    [[nodiscard]] GapSpan span(std::uint64_t weight) const noexcept {
        return span_of(rows * weight, {first, first_nanoseconds}, {last, last_nanoseconds});
    }
};

std::optional<GapTime> time_at(const TimeColumn& times, std::size_t row) {
    if (times.microseconds[row] == TimeColumn::kNull) return std::nullopt;
    return GapTime{times.microseconds[row], times.nanoseconds.empty() ? 0 : times.nanoseconds[row]};
}

// A source's timed rows per key, each row standing for itself.
LargeVector<TimedRows> timed_rows_per_key(std::span<const Code> keys, std::size_t key_count, const TimeColumn& times,
                                          int threads) {
    return fold_by_code<TimedRows>(
        threads, keys, key_count,
        [&](TimedRows& timed, std::size_t row) {
            if (const auto time = time_at(times, row)) timed.add({1, row, row, *time, *time});
        },
        merge);
}

// All left rows per key, with or without a time: how many, first and last.
LargeVector<TimedRows> left_rows_per_key(std::span<const Code> keys, std::size_t key_count, int threads) {
    return fold_by_code<TimedRows>(
        threads, keys, key_count,
        [](TimedRows& rows, std::size_t row) {
            rows.add({1, row, row, {}, {}});
        },
        merge);
}

// A source's own rows per key, each as often as `weights` say; each once where there are none.
LargeVector<GapSpan> spans_of_own_rows(std::span<const Code> keys, std::size_t key_count, const TimeColumn& times,
                                       std::span<const std::uint32_t> weights, int threads) {
    const auto rows = fold_by_code<OrderedTimes>(
        threads, keys, key_count,
        [&](OrderedTimes& timed, std::size_t row) {
            if (const auto time = time_at(times, row))
                timed.add({1, time->nanoseconds, time->nanoseconds, time->microseconds, time->microseconds});
        },
        [](OrderedTimes& timed, const OrderedTimes& later) { timed.add(later); });
    LargeVector<GapSpan> spans(key_count);
    for (std::size_t key = 0; key < key_count; ++key) spans[key] = rows[key].span(weights.empty() ? 1 : weights[key]);
    return spans;
}

LargeVector<GapSpan> spans(const LargeVector<TimedRows>& groups) {
    LargeVector<GapSpan> spans(groups.size());
    std::transform(groups.begin(), groups.end(), spans.begin(), [](const TimedRows& rows) { return rows.span(); });
    return spans;
}

}  // namespace

Nanoseconds GapSpan::mean_gap() const noexcept {
    return sluice::mean_gap(Nanoseconds{microseconds} * 1000 + nanoseconds, rows);
}

LargeVector<GapSpan> fold_gaps(const AggregateInput& input, JoinSide own, std::span<const Code> groups,
                               std::size_t group_count, const FoundColumn& time, int threads) {
    const TimeColumn& times = time.encoded().times;
    if (!input.is_join()) return spans_of_own_rows(groups, group_count, times, {}, threads);

    const JoinSide other = own == JoinSide::left ? JoinSide::right : JoinSide::left;
    const std::span<const Code> keys = input.key_codes(own);
    const std::span<const Code> other_keys = input.key_codes(other);
    const std::size_t key_count = input.rows_per_key(other).size();
    const auto fold = [&](auto contribution) {
        return spans(fold_by_code<TimedRows>(threads, groups, group_count, contribution, merge));
    };
    // Left rows that are grouped by the join's key come in the order of the joined rows.
    if (own == JoinSide::left && time.side == own && groups.data() == keys.data())
        return spans_of_own_rows(groups, group_count, times, input.rows_per_key(other), threads);

    if (time.side != own) {
        const LargeVector<TimedRows> partners = timed_rows_per_key(other_keys, key_count, times, threads);
        return fold([&](TimedRows& group, std::size_t row) {
            TimedRows matches = partners[keys[row]];
            if (own == JoinSide::left) matches.first_order = matches.last_order = row;
            group.add(matches);
        });
    }
    if (own == JoinSide::left) {
        const std::span<const std::uint32_t> matches = input.rows_per_key(other);
        return fold([&](TimedRows& group, std::size_t row) {
            if (const auto at = time_at(times, row)) group.add({matches[keys[row]], row, row, *at, *at});
        });
    }
    const LargeVector<TimedRows> partners = left_rows_per_key(other_keys, key_count, threads);
    return fold([&](TimedRows& group, std::size_t row) {
        const TimedRows& matches = partners[keys[row]];
        if (const auto at = time_at(times, row))
            group.add({matches.rows, matches.first_order, matches.last_order, *at, *at});
    });
}

}  // namespace sluice
