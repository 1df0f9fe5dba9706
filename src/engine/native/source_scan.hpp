// Reads one source with all threads and keeps what the computations need of it: encoded columns, and fragments of rows.
//
// Order of calls: peek(), scan(), assemble(). One thread calls;
// the scan's own threads end before scan() returns.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "engine/native/encoded_column.hpp"
#include "engine/native/fragments.hpp"
#include "engine/native/key_domain.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

using Domains = std::deque<KeyDomain>;

class SourceTable {
public:
    // `survey`: scan() also measures the numbers of every column. `bad_rows` takes the bad rows of scan().
    SourceTable(const ScannableSource& source, ScanProgress* progress, bool survey, BadRowSink* bad_rows)
        : source_(&source), progress_(progress), survey_(survey), bad_rows_(bad_rows) {}

    [[nodiscard]] const ScannableSource& source() const noexcept { return *source_; }

    // Before scan(): the slot of a column, added when it is new; its use is then filled in by the caller.
    [[nodiscard]] std::size_t slot(std::string_view name);
    [[nodiscard]] ColumnUse& use(std::size_t slot) { return uses_[slot]; }
    [[nodiscard]] const std::vector<ColumnUse>& uses() const noexcept { return uses_; }
    // Before scan(): rows are also formatted into `fragments`, which outlives the scan.
    void add_fragments(FragmentSet& fragments) { fragments_.push_back(&fragments); }

    // Reads the first block only: what summary() and column_names() say until the scan.
    [[nodiscard]] Result<> peek(const StopFlag* stop);
    // `prepare` is called before the first row, and again if the source must be scanned once more: then the fragments
    // drop what they have. The domains keep the keys of both scans; a key without rows is in no report.
    [[nodiscard]] Result<> scan(int threads, const StopFlag* stop, Domains& domains,
                                const std::function<void()>& prepare);
    // Reads the source once more, only to format its rows into `fragments`.
    [[nodiscard]] Result<> format_again(int threads, const StopFlag* stop, FragmentSet& fragments) const;
    void assemble(int threads);

    [[nodiscard]] bool is_read() const noexcept { return is_read_; }
    [[nodiscard]] const ScanSummary& summary() const noexcept { return summary_; }
    [[nodiscard]] std::vector<std::string> column_names() const;
    // After assemble().
    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] const EncodedColumn& column(std::size_t slot) const { return columns_[slot]; }

private:
    struct Part {
        Ordinal first = 0;
        std::size_t rows = 0;
        std::vector<EncodedColumn> columns;  // by slot
    };

    [[nodiscard]] Result<> scan_once(const ScanRequest& request, int threads, Domains& domains);
    [[nodiscard]] Result<> peek_at(const ScanRequest& request);
    [[nodiscard]] Result<> read_part(Scan& scan, int thread, const StopFlag* stop, Domains& domains,
                                     std::atomic<bool>& failed, std::vector<Part>& parts) const;
    [[nodiscard]] Part encode_block(const Block& block, int thread, Domains& domains) const;

    const ScannableSource* source_;
    ScanProgress* progress_;
    bool survey_;
    BadRowSink* bad_rows_;
    std::vector<ColumnUse> uses_;
    std::vector<FragmentSet*> fragments_;
    std::vector<Part> parts_;  // in input order
    ScanSummary summary_;
    bool is_read_ = false;
    std::size_t rows_ = 0;
    std::vector<EncodedColumn> columns_;  // by slot
};

}  // namespace sluice
