// One pass over Parquet files, shared by several threads: each takes the next row group.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "engine/parquet/parquet_columns.hpp"
#include "formats/scan/declared_column.hpp"
#include "rows/scan.hpp"

namespace sluice {

// file:row of a row.
[[nodiscard]] Result<Place> parquet_place(const ParquetFiles& files, Ordinal ordinal);

class ParquetScan final : public Scan {
public:
    // The files and the declared columns outlive the scan.
    ParquetScan(const ParquetFiles& files, const formats::DeclaredColumns& declared, std::filesystem::path temp_dir,
                ScanRequest request);

    [[nodiscard]] std::unique_ptr<BlockReader> reader() override;
    [[nodiscard]] Result<ScanSummary> finish() override;
    [[nodiscard]] const std::string& column_name(ColumnId id) const override { return files_.names[id]; }

private:
    class Reader;

    // What is known of a column before anything is read.
    struct ReadColumn {
        std::vector<std::size_t> slots;
        bool wanted = false;    // read at all
        bool surveyed = false;  // its numbers are measured
        const formats::DeclaredColumn* declared = nullptr;
    };
    // What one reader gathers.
    struct Part {
        std::vector<ColumnSummary> columns;  // by id
        std::uint64_t rows_read = 0;
        std::uint64_t rows = 0;
        std::uint64_t bad_rows = 0;
        std::vector<BadRow> first_bad_rows;
    };

    // DuckDB, opened when the first reader needs it.
    [[nodiscard]] Result<DuckdbEngine*> engine();
    void add_unread_columns(ScanSummary& summary) const;

    const ParquetFiles& files_;
    const std::filesystem::path temp_dir_;
    const ScanRequest request_;
    std::vector<ReadColumn> columns_;  // by id
    std::atomic<std::size_t> next_part_{0};
    std::mutex mutex_;
    std::unique_ptr<DuckdbEngine> engine_;
    std::vector<Part> parts_;  // of the readers that came to the end
};

}  // namespace sluice
