// Looks at the cells of chunks without making rows of them: for the types of columns alone. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "formats/csv/chunk_rows.hpp"
#include "formats/csv/column_types.hpp"
#include "formats/scan/chunk.hpp"
#include "formats/scan/declared_column.hpp"
#include "formats/scan/row_builder.hpp"

namespace sluice::formats::csv {

class CellSurvey {
public:
    // About the columns that `wanted` has a bit for. All outlive it.
    CellSurvey(const CsvSource& source, const RowSettings& settings, const std::vector<bool>& wanted, CellsSeen& seen);

    void take(const Chunk& chunk);

private:
    [[nodiscard]] bool fits_declared(const char* data, const FileLayout& layout,
                                     const std::vector<std::uint32_t>& columns);
    void look_at_row(const char* data, const std::vector<std::uint32_t>& columns);

    const CsvSource& source_;
    const RowSettings& settings_;
    const std::vector<bool>& wanted_;
    CellsSeen& seen_;
    std::vector<const DeclaredColumn*> declared_;  // by column number
    std::vector<std::size_t> open_;                // the cells of the chunk's rows that are looked at
    ChunkRows rows_;
    std::string text_;
    std::string scratch_;
};

}  // namespace sluice::formats::csv
