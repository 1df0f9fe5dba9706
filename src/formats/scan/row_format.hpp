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

// The parsers of one scan, and what they share. Thread-safe.
class RowParsers {
public:
    virtual ~RowParsers() = default;
    // One thread's. It may not outlive this.
    [[nodiscard]] virtual std::unique_ptr<RowParser> parser() = 0;
    // Whether the scan must start over (ScanRequest::may_start_over): its parsers have read rows otherwise than later
    // ones show. From then on they give no rows; while can_learn(), the next scan profits from each chunk.
    [[nodiscard]] virtual bool misread() const noexcept { return false; }
    [[nodiscard]] virtual bool can_learn() const noexcept { return false; }
    // After the last row: mends what the summary says of rows that were read otherwise than later ones show.
    virtual void settle(ScanSummary& /*summary*/) const {}
    // At the end: each chunk of the input was parsed.
    virtual void all_read() noexcept {}
};

// Parsers that share nothing but the registry.
template <typename Parser>
class SeparateParsers final : public RowParsers {
public:
    SeparateParsers(ColumnRegistry& registry, const RowSettings& settings) : registry_(registry), settings_(settings) {}
    [[nodiscard]] std::unique_ptr<RowParser> parser() override {
        return std::make_unique<Parser>(registry_, settings_);
    }

private:
    ColumnRegistry& registry_;
    const RowSettings& settings_;
};

// Immutable for whoever uses it, and thread-safe.
class RowFormat {
public:
    virtual ~RowFormat() = default;
    // The inputs outlive what is given. `block_size` >= 1 is how many bytes a chunk has, more or less; a row may be as
    // long as `max_row`.
    [[nodiscard]] virtual std::unique_ptr<ChunkSource> chunks(const InputSet& inputs, std::uint64_t block_size,
                                                              std::uint64_t max_row) const = 0;
    // What is cut out with a row when another one is put in its place.
    [[nodiscard]] virtual RowSeparator row_separator() const { return RowSeparator::newline; }
    // For one scan. The registry, the settings and what they point to outlive what is given.
    [[nodiscard]] virtual std::unique_ptr<RowParsers> parsers(ColumnRegistry& registry,
                                                              const RowSettings& settings) const = 0;
};

}  // namespace sluice::formats
