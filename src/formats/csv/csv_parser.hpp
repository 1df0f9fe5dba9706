// Turns a chunk of CSV into rows of JSON tokens: one thread's parser.
//
// A text that is carried needs no copy: its delimiters are overwritten with the quotes that JSON wants, one byte
// serving the cell before it and the cell behind it. Only what needs escapes, and what lies at the chunk's edges, is
// copied. A bad row gets its delimiters back before it is reported.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "formats/csv/cell_survey.hpp"
#include "formats/csv/chunk_rows.hpp"
#include "formats/csv/column_types.hpp"
#include "formats/csv/dialect.hpp"
#include "formats/csv/scan_types.hpp"
#include "formats/scan/row_format.hpp"
#include "utils/byte_table.hpp"
#include "utils/result.hpp"

namespace sluice::formats::csv {

class CsvParser final : public RowParser {
public:
    // All outlive the parser.
    CsvParser(const CsvSource& source, ColumnRegistry& registry, const RowSettings& settings, ScanTypes& types);

    [[nodiscard]] Result<> parse(const InputSet& inputs, const Chunk& chunk, Block& block) override;
    [[nodiscard]] ReaderSummary take_summary() override { return rows_.take_summary(); }

private:
    // What becomes of a column's cells.
    struct Target {
        ColumnId id = 0;
        CellTypes types = kTexts;
        bool presumed = false;  // a cell that is not as `types` say must be told
        const DeclaredColumn* declared = nullptr;
        bool wanted = true;  // somebody looks at its values
    };

    // A cell of each row of the chunk at hand. Of an unwanted column it counts only that it is there, and whether it
    // has nulls: once it has other cells, those are passed by.
    struct PlannedCell {
        std::uint32_t index = 0;
        std::uint32_t column = 0;
        bool nulls_only = false;
    };

    [[nodiscard]] Result<> make_targets(const InputSet& inputs);
    void plan_cells(std::span<const std::uint32_t> columns);
    void parse_rows(std::span<const std::uint32_t> columns);
    void take_row(std::span<const std::uint32_t> columns);
    void refuse_row(const ChunkRows::RowProblem& problem, std::span<const std::uint32_t> columns);
    void report_objection(std::span<const std::uint32_t> columns);
    [[nodiscard]] RowValue value_of(std::uint32_t column, const Cell& cell);
    [[nodiscard]] RowValue text_of(const Cell& cell);
    [[nodiscard]] RowValue text_in_place(const Cell& cell);
    [[nodiscard]] RowValue copied_text(const Cell& cell);
    void restore_row();
    [[nodiscard]] std::string column_name(std::size_t cell, std::span<const std::uint32_t> columns) const;

    const CsvSource& source_;
    RowBuilder rows_;
    ScanTypes& types_;
    CellSurvey survey_;                                           // once the scan has misread
    std::vector<Target> targets_;                                 // by column number; empty before the first row
    std::vector<std::pair<std::uint32_t, CellTypes>> surprises_;  // of the row at hand, by column number
    ChunkRows chunk_rows_;
    ByteArena arena_;
    bool arena_used_ = false;
    std::string scratch_;

    // Of the chunk at hand.
    std::vector<PlannedCell> plan_;
    char* data_ = nullptr;
    std::uint32_t size_ = 0;
    const FileLayout* layout_ = nullptr;
};

}  // namespace sluice::formats::csv
