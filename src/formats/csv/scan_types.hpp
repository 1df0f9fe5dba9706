// The types with which one scan reads its columns: optimistic where the scan may start over.
//
// Types that an earlier scan has found over the whole input are known. The others are presumed from the first block,
// and every cell is held against them. A column without a cell so far is open: the first cell settles it for all
// threads. At the first cell that is another, the scan has misread: what it gave does not stand. It then goes on to the
// end of the input looking at types only, so that the next scan knows them all. A scan that may not start over reads
// the whole input for its types before its first row.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "formats/csv/column_types.hpp"
#include "formats/scan/chunk.hpp"
#include "formats/scan/input_set.hpp"
#include "formats/scan/row_builder.hpp"
#include "utils/result.hpp"

namespace sluice::formats::csv {

// Thread-safe.
class ScanTypes {
public:
    using MakeChunks = std::function<std::unique_ptr<ChunkSource>(const InputSet&, std::uint64_t block_size)>;

    // All outlive it.
    ScanTypes(const CsvSource& source, KnownTypes& known, const RowSettings& settings, MakeChunks make_chunks);

    // To be called by each parser before its first row. The first call reads; it fails when the input cannot be read,
    // and then so do all.
    [[nodiscard]] Result<> prepare(const InputSet& inputs);

    [[nodiscard]] CellTypes operator[](std::size_t column) const noexcept { return seen_[column]; }
    // Whether the column's cells are to be told to see().
    [[nodiscard]] bool is_presumed(std::size_t column) const noexcept { return presumed_[column]; }
    // By column: to be looked at once the scan has misread.
    [[nodiscard]] const std::vector<bool>& presumed() const noexcept { return presumed_; }
    [[nodiscard]] CellsSeen& seen() noexcept { return seen_; }

    // A good row was given with a cell of this column as one of `types`.
    void see(std::size_t column, CellTypes types) noexcept {
        const CellTypes before = seen_.see(column, types);
        if (gives_values_ && before != types && before != kAllOpen) misread_.store(true, std::memory_order_relaxed);
    }
    [[nodiscard]] bool misread() const noexcept { return misread_.load(std::memory_order_relaxed); }
    // Whether looking at more cells can change anything.
    [[nodiscard]] bool can_learn() const noexcept;
    // The whole input was parsed or looked at: what the types are is known from now on.
    void all_read() noexcept;
    // At the end: a column of texts has no other cells.
    void settle(ScanSummary& summary) const;

private:
    [[nodiscard]] Result<> read_types(const InputSet& inputs);

    const CsvSource& source_;
    KnownTypes& known_;
    const RowSettings& settings_;
    const MakeChunks make_chunks_;
    const bool gives_values_;
    CellsSeen seen_;
    std::vector<bool> presumed_;
    std::mutex mutex_;
    std::optional<Result<>> prepared_;
    std::atomic<bool> misread_{false};
};

}  // namespace sluice::formats::csv
