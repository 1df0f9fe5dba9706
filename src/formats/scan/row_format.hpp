// What a format provides so that its files can be scanned: how they are cut, and how a piece becomes rows.
#pragma once

#include <cstdint>
#include <memory>

#include "formats/scan/chunk.hpp"
#include "formats/scan/column_registry.hpp"
#include "formats/scan/input_set.hpp"
#include "formats/scan/row_builder.hpp"
#include "rows/block.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

// One thread's parser.
class RowParser {
public:
    virtual ~RowParser() = default;
    // Fills `block` with the chunk's rows; both are used until the next call. Fails only for want of memory: a bad row
    // is counted and reported.
    [[nodiscard]] virtual Result<> parse(const InputSet& inputs, const Chunk& chunk, Block& block) = 0;
    // After the last chunk.
    [[nodiscard]] virtual ReaderSummary take_summary() = 0;
};

// Immutable and thread-safe.
class RowFormat {
public:
    virtual ~RowFormat() = default;
    // The inputs outlive what is given. `block_size` >= 1 is how many bytes a chunk has, more or less; a row may be as
    // long as `max_row`.
    [[nodiscard]] virtual std::unique_ptr<ChunkSource> chunks(const InputSet& inputs, std::uint64_t block_size,
                                                              std::uint64_t max_row) const = 0;
    // Whether a row can be cut out and another one put in its place: not where something stands between rows.
    [[nodiscard]] virtual bool takes_mended_rows() const { return true; }
    // The registry and what the settings point to outlive the parser.
    [[nodiscard]] virtual std::unique_ptr<RowParser> parser(ColumnRegistry& registry,
                                                            const RowSettings& settings) const = 0;
};

}  // namespace sluice::formats
