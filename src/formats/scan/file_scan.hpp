// One pass over the rows of an input set, shared by several threads.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "formats/scan/column_registry.hpp"
#include "formats/scan/declared_column.hpp"
#include "formats/scan/input_set.hpp"
#include "formats/scan/mended_chunks.hpp"
#include "formats/scan/row_format.hpp"
#include "rows/scan.hpp"

namespace sluice::formats {

struct ScanLimits {
    const ColumnRules* rules = &kNoRules;  // outlive the scan
    const RowRules* row_rules = nullptr;   // likewise; null: none
    std::uint64_t block_size = 0;          // bytes, at least 1
    std::uint64_t max_row = 0;             // bytes
};

class FileScan final : public Scan {
public:
    // All that it refers to outlives the scan.
    FileScan(const InputSet& inputs, const RowFormat& format, const DeclaredColumns& declared,
             const FileColumns& columns, const MendedRows& mended, ScanRequest request, const ScanLimits& limits);

    // Tells the format when the whole input was read.
    ~FileScan() override;
    FileScan(const FileScan&) = delete;
    FileScan& operator=(const FileScan&) = delete;

    [[nodiscard]] std::unique_ptr<BlockReader> reader() override;
    [[nodiscard]] Result<ScanSummary> finish() override;
    [[nodiscard]] const std::string& column_name(ColumnId id) const override { return registry_.name(id); }

private:
    class Reader;

    void merge_columns(ScanSummary& summary) const;
    void merge_surveys_into(ScanSummary& summary) const;
    void merge_nulled(ScanSummary& summary) const;
    void add_schema(ScanSummary& summary);
    [[nodiscard]] Result<> merge_bad_rows(ScanSummary& summary);

    const InputSet& inputs_;
    const MendedRows& mended_;
    const ScanRequest request_;
    const RowSettings settings_;
    MendedChunkSource chunks_;
    ColumnRegistry registry_;
    const std::unique_ptr<RowParsers> parsers_;
    std::atomic<int> unfinished_{0};      // readers that have not come to the end
    std::atomic<bool> all_taken_{false};  // no chunk is left to any reader
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    std::vector<ReaderSummary> parts_;  // of the readers that came to the end
};

}  // namespace sluice::formats
