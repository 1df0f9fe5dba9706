#include "formats/jsonl/jsonl_format.hpp"

#include "formats/jsonl/block_parser.hpp"
#include "formats/jsonl/line_chunks.hpp"
#include "formats/scan/stream_chunks.hpp"

namespace sluice::formats::jsonl {

namespace {

class JsonlFormat final : public RowFormat {
public:
    [[nodiscard]] std::unique_ptr<ChunkSource> chunks(const InputSet& inputs, std::uint64_t block_size,
                                                      std::uint64_t max_row) const override {
        if (!inputs.in_sequence()) return std::make_unique<LineChunks>(inputs, block_size, max_row);
        return std::make_unique<StreamChunks>(inputs, block_size, max_row,
                                              [](std::size_t) { return std::make_unique<LineSplitter>(); });
    }
    [[nodiscard]] std::unique_ptr<RowParsers> parsers(ColumnRegistry& registry,
                                                      const RowSettings& settings) const override {
        return std::make_unique<SeparateParsers<BlockParser>>(registry, settings);
    }
};

}  // namespace

std::unique_ptr<const RowFormat> jsonl_format() { return std::make_unique<JsonlFormat>(); }

}  // namespace sluice::formats::jsonl
