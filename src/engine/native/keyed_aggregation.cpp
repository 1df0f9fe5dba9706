#include "engine/native/keyed_aggregation.hpp"

#include <algorithm>

#include "engine/native/fold_by_code.hpp"
#include "rows/json_text.hpp"

namespace sluice {
namespace {

void add_counts(std::uint64_t& count, std::uint64_t more) { count += more; }

void add_sums(SummedRows& sum, const SummedRows& more) {
    if (more.rows == 0) return;
    sum.sum.merge(more.sum);
    sum.rows += more.rows;
}

void add_number(SummedRows& sum, const NumberColumn& numbers, std::size_t row, std::uint64_t weight) {
    const std::int8_t scale = numbers.scales[row];
    if (scale == NumberColumn::kNull || weight == 0) return;
    if (scale == NumberColumn::kLong) {
        // Numbers whose exponent is too large were refused before.
        static_cast<void>(
            sum.sum.add(token_of(numbers.long_numbers[static_cast<std::size_t>(numbers.mantissas[row])]), weight));
    } else {
        sum.sum.add_small(numbers.mantissas[row], scale, weight);
    }
    sum.rows += weight;
}

// The rows that an aggregate goes through: those of the side that has the group key.
struct OwnRows {
    const AggregateInput* input = nullptr;
    JoinSide side = JoinSide::left;
    std::span<const Code> groups;
    std::size_t group_count = 0;
    std::span<const Code> keys;              // join keys; empty without a join
    std::span<const std::uint32_t> matches;  // rows of the other side by join key
    int threads = 1;

    [[nodiscard]] JoinSide other() const { return side == JoinSide::left ? JoinSide::right : JoinSide::left; }
    // The groups are the keys of the join.
    [[nodiscard]] bool by_join_key() const { return !keys.empty() && groups.data() == keys.data(); }
    [[nodiscard]] std::uint64_t weight(std::size_t row) const { return keys.empty() ? 1 : matches[keys[row]]; }

    template <typename Accumulator, typename Fold, typename Merge>
    [[nodiscard]] LargeVector<Accumulator> fold(Fold each, Merge merge) const {
        return fold_by_code<Accumulator>(threads, groups, group_count, each, merge);
    }
    // The other side's rows folded by join key.
    template <typename Accumulator, typename Fold, typename Merge>
    [[nodiscard]] LargeVector<Accumulator> fold_partners(Fold each, Merge merge) const {
        return fold_by_code<Accumulator>(threads, input->key_codes(other()), matches.size(), each, merge);
    }
};

// Per key as many joined rows as there are pairs.
LargeVector<std::uint64_t> count_pairs(std::span<const std::uint32_t> own, std::span<const std::uint32_t> matches,
                                       int threads) {
    LargeVector<std::uint64_t> pairs(own.size());
    const auto parts = static_cast<std::size_t>(threads);
    for_each_index(threads, parts, [&](std::size_t part) {
        const Stretch codes = stretch(own.size(), part, parts);
        for (std::size_t code = codes.begin; code < codes.end; ++code)
            pairs[code] = std::uint64_t{own[code]} * matches[code];
    });
    return pairs;
}

LargeVector<std::uint64_t> count_rows(const OwnRows& own) {
    if (own.by_join_key()) return count_pairs(own.input->rows_per_key(own.side), own.matches, own.threads);
    return own.fold<std::uint64_t>([&](std::uint64_t& count, std::size_t row) { count += own.weight(row); },
                                   add_counts);
}

LargeVector<std::uint64_t> count_values(const OwnRows& own, const FoundColumn& column) {
    const LargeVector<std::uint8_t>& present = column.encoded().present;
    if (column.side == own.side) {
        return own.fold<std::uint64_t>(
            [&](std::uint64_t& count, std::size_t row) { count += present[row] != 0 ? own.weight(row) : 0; },
            add_counts);
    }
    const auto partners = own.fold_partners<std::uint64_t>(
        [&](std::uint64_t& count, std::size_t row) { count += present[row]; }, add_counts);
    return own.fold<std::uint64_t>([&](std::uint64_t& count, std::size_t row) { count += partners[own.keys[row]]; },
                                   add_counts);
}

LargeVector<SummedRows> sum_values(const OwnRows& own, const FoundColumn& column) {
    const NumberColumn& numbers = column.encoded().numbers;
    if (column.side == own.side) {
        return own.fold<SummedRows>(
            [&](SummedRows& sum, std::size_t row) { add_number(sum, numbers, row, own.weight(row)); }, add_sums);
    }
    const auto partners = own.fold_partners<SummedRows>(
        [&](SummedRows& sum, std::size_t row) { add_number(sum, numbers, row, 1); }, add_sums);
    return own.fold<SummedRows>([&](SummedRows& sum, std::size_t row) { add_sums(sum, partners[own.keys[row]]); },
                                add_sums);
}

MeasureValues measure(const OwnRows& own, const MeasureColumn& measure, const LargeVector<std::uint64_t>& rows) {
    if (measure.function == AggregateFunction::count_rows) return rows;
    if (!measure.column) return AllNull{};
    switch (measure.function) {
        case AggregateFunction::count:
            return count_values(own, *measure.column);
        case AggregateFunction::sum:
        case AggregateFunction::avg:
            return sum_values(own, *measure.column);
        case AggregateFunction::mean_gap:
            return fold_gaps(*own.input, own.side, own.groups, own.group_count, *measure.column, own.threads);
        case AggregateFunction::count_rows:
            break;
    }
    return AllNull{};
}

// A key of the join is on both sides: go through the one that has the measures, so that they need no gathering first.
JoinSide own_side(const FoundColumn& key, std::span<const MeasureColumn> measures) {
    if (!key.join_key) return key.side;
    const bool all_right =
        !measures.empty() && std::all_of(measures.begin(), measures.end(), [](const MeasureColumn& measure) {
            return measure.column && measure.column->side == JoinSide::right;
        });
    return all_right ? JoinSide::right : JoinSide::left;
}

}  // namespace

Groups aggregate_by_key(const AggregateInput& input, const FoundColumn& key, std::size_t group_count,
                        std::span<const MeasureColumn> measures, int threads) {
    OwnRows own;
    own.input = &input;
    own.side = own_side(key, measures);
    own.groups = own.side == key.side ? std::span<const Code>(key.encoded().codes) : input.key_codes(own.side);
    own.group_count = group_count;
    own.threads = threads;
    if (input.is_join()) {
        own.keys = input.key_codes(own.side);
        own.matches = input.rows_per_key(own.other());
    }
    Groups groups;
    groups.rows = count_rows(own);
    for (const MeasureColumn& wanted : measures) groups.measures.push_back(measure(own, wanted, groups.rows));
    return groups;
}

std::vector<bool> groups_spelled_as_integer(const AggregateInput& input, const FoundColumn& key,
                                            std::size_t group_count) {
    const std::vector<bool>& spelled = key.encoded().spelled_as_integer;
    if (spelled.empty()) return {};
    OwnRows own;
    own.side = key.side;
    if (input.is_join()) {
        own.keys = input.key_codes(own.side);
        own.matches = input.rows_per_key(own.other());
    }
    std::vector<bool> groups(group_count);
    for (std::size_t row = 0; row < spelled.size(); ++row)
        if (spelled[row] && own.weight(row) != 0) groups[key.encoded().codes[row]] = true;
    return groups;
}

}  // namespace sluice
