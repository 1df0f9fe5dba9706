// Turns a chunk of lines into rows: one thread's parser, which also gathers what the scan's summary needs.
//
// The structural index of the whole chunk is built at once; then each line walks along it. A fault that the index finds
// (a text left open, a control character, bytes that are no UTF-8) says nothing about where, so such a chunk is done
// again line by line, each with its own index: a bad line never spoils its neighbours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/jsonl/column_table.hpp"
#include "formats/jsonl/declared_column.hpp"
#include "formats/jsonl/fault.hpp"
#include "formats/jsonl/line_chunks.hpp"
#include "formats/jsonl/structural_index.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice::jsonl {

// The first time this reader met a kind of value in a column.
struct KindSeen {
    ColumnId column = 0;
    Kind kind = Kind::null;
    std::uint32_t position = 0;  // of the value in its row, for the order of columns
    Ordinal row = 0;
};

// What one reader gathers; mergeable in any order.
struct ReaderSummary {
    std::vector<KindSeen> kinds;
    std::vector<std::pair<ColumnId, NumberSurvey>> surveys;
    std::uint64_t rows = 0;
    std::uint64_t bad_rows = 0;
    std::vector<BadRow> first_bad_rows;  // at most kBadRowsShown, without their line numbers
};

inline constexpr std::size_t kBadRowsShown = 5;

struct ParserSettings {
    const ScanRequest* request = nullptr;
    const DeclaredColumns* declared = nullptr;
    std::uint64_t max_line = 0;
};

class BlockParser {
public:
    // The registry, the request and the declared columns outlive the parser.
    BlockParser(ColumnRegistry& registry, const ParserSettings& settings);

    // Fills `block` with the chunk's rows. Fails only for want of memory.
    [[nodiscard]] Result<> parse(const InputSet& inputs, const Chunk& chunk, Block& block);
    // After the last chunk.
    [[nodiscard]] ReaderSummary take_summary();

private:
    // A fault that is no fault of syntax: the line can be read, but it is no row.
    struct Objection {
        Fault fault = Fault::duplicate_key;
        const char* at = nullptr;
        ColumnId column = 0;
        std::string message;
    };

    // A token in the making.
    struct Value {
        const char* data;
        std::uint32_t size;
        Kind kind;
        bool escaped;

        void put(Token& token) const noexcept {
            token.data = data;
            token.size = size;
            token.kind = kind;
            token.escaped = escaped;
        }
        [[nodiscard]] Token token() const noexcept { return {data, size, kind, escaped}; }
    };

    void survey(ColumnId id);
    void start_block(const InputSet& inputs, const Chunk& chunk, Block& block);
    void parse_indexed(std::string_view lines);
    [[nodiscard]] Result<> parse_line_by_line(std::string_view lines);
    const std::uint32_t* parse_line(const char* base, const std::uint32_t* at, std::uint32_t begin, std::uint32_t end);
    void start_row(const char* line);
    void end_row(bool good, std::string_view line);
    void drop_row();

    [[nodiscard]] bool walk_row(const char* base, const std::uint32_t* at, std::uint32_t end);
    [[nodiscard]] const std::uint32_t* walk_value(const char* base, const std::uint32_t* at, std::uint32_t end,
                                                  Value& value);
    [[nodiscard]] const std::uint32_t* walk_nested(const char* base, const std::uint32_t* at, std::uint32_t end);
    [[nodiscard]] bool check_text(const char* begin, const char* end, bool& escaped) {
        escaped = false;
        return backslash_ >= end || check_escapes(begin, end, escaped);
    }
    [[nodiscard]] bool check_escapes(const char* begin, const char* end, bool& escaped);
    [[nodiscard]] ColumnId column_of(std::string_view quoted, bool escaped);
    void take_value(ColumnId id, const char* key, const Value& value);
    void see_kind(Column& column, ColumnId id, Kind kind);
    void object_to_duplicate(const char* key, ColumnId id);
    void watch_value(const Column& column, ColumnId id, const Token& token);
    void check_value(const Column& column, ColumnId id, const Token& token);
    void object_to(Fault fault, const char* at, ColumnId column, std::string message);
    void report_line(std::string_view line);
    void report(const LineFault& fault, std::string_view line, std::string message);
    void take_overlong(const Chunk::Overlong& line);
    [[nodiscard]] Error out_of_memory(std::size_t bytes) const;

    const ParserSettings settings_;
    const bool entries_;  // wanted
    ColumnTable columns_;
    StructuralIndex index_;
    const bool several_lines_ = StructuralIndex::takes_several_lines();
    ReaderSummary summary_;
    std::string scratch_;
    std::vector<std::pair<std::size_t, std::size_t>> repeated_slots_;  // (copy, original): names asked for twice

    // Of the chunk at hand.
    const InputSet* inputs_ = nullptr;
    std::size_t file_ = 0;
    const char* data_ = nullptr;  // its first byte
    const char* data_end_ = nullptr;
    Ordinal data_begin_ = 0;           // the ordinal of data_[0]
    const char* backslash_ = nullptr;  // the first one not yet walked past, or data_end_
    Block* block_ = nullptr;

    // Of the row at hand.
    std::uint32_t row_number_ = 0;
    std::uint32_t position_ = 0;  // of the value in the row
    Ordinal ordinal_ = 0;
    ColumnId previous_ = Column::kNone;
    ColumnId first_column_ = Column::kNone;  // that rows began with last time
    std::size_t kinds_before_ = 0;
    std::optional<Objection> objection_;
    std::vector<std::pair<std::int32_t, std::string_view>> to_survey_;
};

}  // namespace sluice::jsonl
