// Folds rows into one accumulator per code, with several threads.
//
// Where the accumulators are small, each thread folds a stretch of the rows, and the partial results are merged in row
// order. Where they are large, each thread owns a range of the codes and looks at all rows' codes, which costs less
// than merging large tables and needs the memory once.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "engine/native/key_domain.hpp"
#include "utils/large_memory.hpp"
#include "utils/parallel.hpp"

namespace sluice {

inline constexpr std::size_t kPartialBytes = std::size_t{8} << 20U;  // the most that a thread's partial results take
inline constexpr std::size_t kFewRows = 16384;                       // not worth a second thread

// fold(accumulator, row) is called for every row in ascending order within an accumulator; merge(accumulator, later)
// adds what later rows gave. Rows whose code is kNullCode fold into nothing.
template <typename Accumulator, typename Fold, typename Merge>
LargeVector<Accumulator> fold_by_code(int threads, std::span<const Code> codes, std::size_t code_count, Fold fold,
                                      Merge merge) {
    LargeVector<Accumulator> whole(code_count);
    const auto fold_stretch = [&](LargeVector<Accumulator>& into, Stretch rows) {
        for (std::size_t row = rows.begin; row < rows.end; ++row) {
            if (codes[row] != kNullCode) fold(into[codes[row]], row);
        }
    };
    if (threads <= 1 || codes.size() < kFewRows) {
        fold_stretch(whole, {0, codes.size()});
        return whole;
    }
    const auto parts = static_cast<std::size_t>(threads);
    if (code_count > codes.size() || code_count * sizeof(Accumulator) > kPartialBytes) {
        for_each_index(threads, parts, [&](std::size_t part) {
            const Stretch own = stretch(code_count, part, parts);
            for (std::size_t row = 0; row < codes.size(); ++row) {
                const Code code = codes[row];
                if (code >= own.begin && code < own.end && code != kNullCode) fold(whole[code], row);
            }
        });
        return whole;
    }
    std::vector<LargeVector<Accumulator>> partial(parts);
    for_each_index(threads, parts, [&](std::size_t part) {
        partial[part] = LargeVector<Accumulator>(code_count);
        fold_stretch(partial[part], stretch(codes.size(), part, parts));
    });
    for_each_index(threads, parts, [&](std::size_t part) {
        const Stretch own = stretch(code_count, part, parts);
        for (LargeVector<Accumulator>& rows : partial) {
            for (std::size_t code = own.begin; code < own.end; ++code) merge(whole[code], rows[code]);
        }
    });
    return whole;
}

}  // namespace sluice
