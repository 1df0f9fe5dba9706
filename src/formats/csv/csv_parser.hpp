// Turns a chunk of CSV into rows of JSON tokens: one thread's parser.
//
// A text that is carried needs no copy: its delimiters are overwritten with the quotes that JSON wants, one byte
// serving the cell before it and the cell behind it. Only what needs escapes, and what lies at the chunk's edges, is
// copied. A bad row gets its delimiters back before it is reported.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "formats/csv/chunk_rows.hpp"
#include "formats/csv/column_types.hpp"
#include "formats/csv/dialect.hpp"
#include "formats/scan/row_format.hpp"
#include "utils/byte_table.hpp"
#include "utils/result.hpp"

namespace sluice::formats::csv {

// What the parsers of a source share.
struct CsvSource {
    std::vector<FileLayout> layouts;  // of each file
    SourceColumns columns;
};

class CsvParser final : public RowParser {
public:
    using FindTypes = std::function<Result<std::vector<CellType>>(const InputSet&, const RowSettings&)>;

    // The source, the registry, the request and the declared columns outlive the parser. `find_types` is called once,
    // before the first row.
    CsvParser(const CsvSource& source, ColumnRegistry& registry, const RowSettings& settings, FindTypes find_types);

    [[nodiscard]] Result<> parse(const InputSet& inputs, const Chunk& chunk, Block& block) override;
    [[nodiscard]] ReaderSummary take_summary() override { return rows_.take_summary(); }

private:
    // What becomes of a column's cells.
    struct Target {
        ColumnId id = 0;
        CellType type = CellType::text;
        const DeclaredColumn* declared = nullptr;
        bool wanted = true;  // somebody looks at its values
    };

    void make_targets(const std::vector<CellType>& types);
    void take_row(std::span<const std::uint32_t> columns);
    void refuse_row(const ChunkRows::RowProblem& problem, std::span<const std::uint32_t> columns);
    void report_objection(std::span<const std::uint32_t> columns);
    [[nodiscard]] RowValue value_of(const Target& target, const Cell& cell);
    [[nodiscard]] RowValue text_in_place(const Cell& cell);
    [[nodiscard]] RowValue copied_text(const Cell& cell);
    void restore_row();
    [[nodiscard]] std::string column_name(std::size_t cell, std::span<const std::uint32_t> columns) const;

    const CsvSource& source_;
    RowBuilder rows_;
    FindTypes find_types_;
    std::vector<Target> targets_;  // by column number; empty before the first row
    ChunkRows chunk_rows_;
    ByteArena arena_;
    bool arena_used_ = false;
    std::string scratch_;

    // Of the chunk at hand.
    char* data_ = nullptr;
    std::uint32_t size_ = 0;
    const FileLayout* layout_ = nullptr;
};

}  // namespace sluice::formats::csv
