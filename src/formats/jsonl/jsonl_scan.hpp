// One pass over the lines of an input set, shared by several threads.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "formats/jsonl/block_parser.hpp"
#include "formats/jsonl/column_registry.hpp"
#include "formats/jsonl/input_set.hpp"
#include "formats/jsonl/line_chunks.hpp"
#include "rows/scan.hpp"

namespace sluice::jsonl {

class JsonlScan final : public Scan {
public:
    // The inputs and the declared columns outlive the scan.
    JsonlScan(const InputSet& inputs, const DeclaredColumns& declared, ScanRequest request, std::uint64_t block_size,
              std::uint64_t max_line);

    [[nodiscard]] std::unique_ptr<BlockReader> reader() override;
    [[nodiscard]] Result<ScanSummary> finish() override;
    [[nodiscard]] const std::string& column_name(ColumnId id) const override { return registry_.name(id); }

private:
    class Reader;

    void merge_columns(ScanSummary& summary) const;
    void merge_surveys_into(ScanSummary& summary) const;
    [[nodiscard]] Result<> merge_bad_rows(ScanSummary& summary);

    const InputSet& inputs_;
    const ScanRequest request_;
    const ParserSettings settings_;
    RangeCursor cursor_;
    ColumnRegistry registry_;
    std::mutex mutex_;
    std::vector<ReaderSummary> parts_;  // of the readers that came to the end
};

}  // namespace sluice::jsonl
