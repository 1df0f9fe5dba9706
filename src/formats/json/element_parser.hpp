// Turns a chunk of a JSON document into rows: each element of its array is one, or the document itself where it is no
// array. An element goes through the parser of JSON lines, so that all checks are the same.
#pragma once

#include <string_view>

#include "formats/jsonl/block_parser.hpp"

namespace sluice::formats::json {

class ElementParser final : public jsonl::BlockParser {
public:
    ElementParser(ColumnRegistry& registry, const RowSettings& settings);

    [[nodiscard]] Result<> parse(const InputSet& inputs, const Chunk& chunk, Block& block) override;

private:
    [[nodiscard]] Result<> parse_elements(std::string_view text, std::size_t begin, const Chunk& chunk);
    [[nodiscard]] Result<> parse_last(std::string_view text, std::size_t begin, std::size_t closed_at,
                                      bool may_be_empty);
    void refuse_cut(std::string_view text, std::size_t begin);
};

}  // namespace sluice::formats::json
