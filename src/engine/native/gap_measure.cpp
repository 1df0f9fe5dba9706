#include "engine/native/gap_measure.hpp"

#include <optional>

#include "engine/native/fold_by_code.hpp"

namespace sluice {
namespace {

void merge(TimedRows& rows, const TimedRows& later) { rows.add(later); }

std::optional<GapTime> time_at(const TimeColumn& times, std::size_t row) {
    if (times.microseconds[row] == TimeColumn::kNull) return std::nullopt;
    return GapTime{times.microseconds[row], times.nanoseconds.empty() ? 0 : times.nanoseconds[row]};
}

// A source's timed rows per key, each row standing for itself.
std::vector<TimedRows> timed_rows_per_key(std::span<const Code> keys, std::size_t key_count, const TimeColumn& times,
                                          int threads) {
    return fold_by_code<TimedRows>(
        threads, keys, key_count,
        [&](TimedRows& timed, std::size_t row) {
            if (const auto time = time_at(times, row)) timed.add({1, row, row, *time, *time});
        },
        merge);
}

// All left rows per key, with or without a time: how many, first and last.
std::vector<TimedRows> left_rows_per_key(std::span<const Code> keys, std::size_t key_count, int threads) {
    return fold_by_code<TimedRows>(
        threads, keys, key_count,
        [](TimedRows& rows, std::size_t row) {
            rows.add({1, row, row, {}, {}});
        },
        merge);
}

}  // namespace

void TimedRows::add(const TimedRows& more) noexcept {
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

Nanoseconds TimedRows::mean_gap() const noexcept {
    const Nanoseconds microseconds = Nanoseconds{last.microseconds} - first.microseconds;
    return sluice::mean_gap(microseconds * 1000 + (last.nanoseconds - first.nanoseconds), rows);
}

std::vector<TimedRows> fold_gaps(const AggregateInput& input, JoinSide own, std::span<const Code> groups,
                                 std::size_t group_count, const FoundColumn& time, int threads) {
    const TimeColumn& times = time.encoded().times;
    if (!input.is_join()) return timed_rows_per_key(groups, group_count, times, threads);

    const JoinSide other = own == JoinSide::left ? JoinSide::right : JoinSide::left;
    const std::span<const Code> keys = input.key_codes(own);
    const std::span<const Code> other_keys = input.key_codes(other);
    const std::size_t key_count = input.rows_per_key(other).size();
    const auto fold = [&](auto contribution) {
        return fold_by_code<TimedRows>(threads, groups, group_count, contribution, merge);
    };

    if (time.side != own) {
        const std::vector<TimedRows> partners = timed_rows_per_key(other_keys, key_count, times, threads);
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
    const std::vector<TimedRows> partners = left_rows_per_key(other_keys, key_count, threads);
    return fold([&](TimedRows& group, std::size_t row) {
        const TimedRows& matches = partners[keys[row]];
        if (const auto at = time_at(times, row))
            group.add({matches.rows, matches.first_order, matches.last_order, *at, *at});
    });
}

}  // namespace sluice
