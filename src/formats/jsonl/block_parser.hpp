// Turns a chunk of lines into rows: one thread's parser, which also gathers what the scan's summary needs.
//
// The structural index of the whole chunk is built at once; then each line walks along it. A fault that the index finds
// (a text left open, a control character, bytes that are no UTF-8) says nothing about where, so such a chunk is done
// again line by line, each with its own index: a bad line never spoils its neighbours. A line that looks like the one
// before it is not walked but compared (expected_row.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/jsonl/expected_row.hpp"
#include "formats/jsonl/structural_index.hpp"
#include "formats/scan/row_format.hpp"
#include "utils/result.hpp"

namespace sluice::formats::jsonl {

class BlockParser : public RowParser {
public:
    // The registry, the request and the declared columns outlive the parser.
    // `message_of` gives the sentence for a fault of syntax.
    using MessageOf = std::string_view (*)(Fault);
    BlockParser(ColumnRegistry& registry, const RowSettings& settings, MessageOf message_of = fault_message);

    [[nodiscard]] Result<> parse(const InputSet& inputs, const Chunk& chunk, Block& block) override;
    [[nodiscard]] ReaderSummary take_summary() override { return rows_.take_summary(); }

protected:
    void start_chunk(const InputSet& inputs, const Chunk& chunk, Block& block);
    // One row with an index of its own; nothing if it is blank.
    [[nodiscard]] Result<> parse_alone(std::string_view row);
    [[nodiscard]] Result<> end_chunk(const Chunk& chunk);
    // A row that is bad whatever is in it.
    void refuse(std::string_view row, Fault fault, std::size_t offset);

private:
    void parse_indexed(std::string_view lines);
    [[nodiscard]] Result<> parse_line_by_line(std::string_view lines);
    const std::uint32_t* parse_line(const char* base, const std::uint32_t* at, std::uint32_t begin, std::uint32_t end);
    void start_row(const char* line);
    [[nodiscard]] bool end_row(bool good, std::string_view line);
    void report_line(std::string_view line);

    [[nodiscard]] const std::uint32_t* parse_expected(const char* base, const std::uint32_t* at, std::uint32_t begin);
    [[nodiscard]] bool check_expected_escapes(const char* base, const std::uint32_t* at);
    void expect(const char* base, const std::uint32_t* at, std::uint32_t begin, const std::uint32_t* behind);

    [[nodiscard]] const std::uint32_t* walk_row(const char* base, const std::uint32_t* at, std::uint32_t end);
    [[nodiscard]] const std::uint32_t* walk_value(const char* base, const std::uint32_t* at, std::uint32_t end,
                                                  RowValue& value);
    [[nodiscard]] const std::uint32_t* walk_nested(const char* base, const std::uint32_t* at, std::uint32_t end);
    [[nodiscard]] bool check_text(const char* begin, const char* end, bool& escaped) {
        escaped = false;
        return backslash_ >= end || check_escapes(begin, end, escaped);
    }
    [[nodiscard]] bool check_escapes(const char* begin, const char* end, bool& escaped);
    [[nodiscard]] ColumnId column_of(std::string_view quoted, bool escaped);

    RowBuilder rows_;
    MessageOf message_of_;
    StructuralIndex index_;
    const bool several_lines_ = StructuralIndex::takes_several_lines();
    std::string scratch_;

    // Of the chunk at hand.
    const char* data_end_ = nullptr;
    const char* backslash_ = nullptr;  // the first one not yet walked past, or data_end_

    ExpectedRow expected_;
    std::vector<std::pair<std::uint32_t, std::int32_t>> to_slots_;  // which of its values, and the slot of each
    std::vector<std::uint32_t> to_take_;                            // which of the others somebody wants to see
    std::vector<std::uint8_t> escaped_;                             // scratch: a flag for each of its values

    // Of the row at hand.
    ColumnId previous_ = Column::kNone;
    ColumnId first_column_ = Column::kNone;  // that rows began with last time
};

}  // namespace sluice::formats::jsonl
