#include "formats/json/json_format.hpp"

#include "formats/json/element_parser.hpp"
#include "formats/json/element_scanner.hpp"
#include "formats/scan/stream_chunks.hpp"

namespace sluice::formats::json {

namespace {

class JsonFormat final : public RowFormat {
public:
    [[nodiscard]] std::unique_ptr<ChunkSource> chunks(const InputSet& inputs, std::uint64_t block_size,
                                                      std::uint64_t max_row) const override {
        return std::make_unique<StreamChunks>(inputs, block_size, max_row,
                                              [](std::size_t) { return std::make_unique<ElementSplitter>(); });
    }
    [[nodiscard]] RowSeparator row_separator() const override { return RowSeparator::comma; }
    [[nodiscard]] std::unique_ptr<RowParsers> parsers(ColumnRegistry& registry,
                                                      const RowSettings& settings) const override {
        return std::make_unique<SeparateParsers<ElementParser>>(registry, settings);
    }
};

}  // namespace

std::unique_ptr<const RowFormat> json_format() { return std::make_unique<JsonFormat>(); }

}  // namespace sluice::formats::json
