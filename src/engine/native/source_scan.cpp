#include "engine/native/source_scan.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "rows/settled_scan.hpp"
#include "utils/parallel.hpp"

namespace sluice {
namespace {

// One thread's share of the blocks that have rows. What fails here stops the other threads through `failed`.
template <typename Each>
Result<> for_each_block(Scan& scan, std::atomic<bool>& failed, Each each) {
    const std::unique_ptr<BlockReader> reader = scan.reader();
    while (!failed) {
        Result<const Block*> block = reader->next();
        Result<> done;
        if (!block) {
            done = std::move(block).error();
        } else if (*block == nullptr) {
            return {};
        } else if ((*block)->rows() > 0) {
            done = each(**block);
        }
        if (!done) {
            failed = true;
            return done;
        }
    }
    return {};
}

}  // namespace

std::size_t SourceTable::slot(std::string_view name) {
    const auto found = std::find_if(uses_.begin(), uses_.end(), [&](const ColumnUse& use) { return use.name == name; });
    if (found != uses_.end()) return static_cast<std::size_t>(found - uses_.begin());
    uses_.emplace_back().name = name;
    return uses_.size() - 1;
}

Result<> SourceTable::peek(const StopFlag* stop) {
    ScanRequest request;
    request.entries = true;
    request.stop = stop;
    return scan_settled(std::move(request), [this](const ScanRequest& settled) { return peek_at(settled); });
}

Result<> SourceTable::peek_at(const ScanRequest& request) {
    const std::unique_ptr<Scan> scan = source_->scan(request);
    const std::unique_ptr<BlockReader> reader = scan->reader();
    TRY_ASSIGN(const Block* block, reader->next());
    if (block == nullptr) return {};
    ScanSummary seen;
    std::unordered_map<ColumnId, std::size_t> positions;
    for (std::size_t row = 0; row < block->rows(); ++row) {
        for (const RowEntry& entry : block->row(row)) {
            const auto [place, added] = positions.try_emplace(entry.column, seen.columns.size());
            if (added) {
                ColumnSummary& column = seen.columns.emplace_back();
                column.name = scan->column_name(entry.column);
                column.first_row = block->ordinals[row];
            }
            ColumnSummary& column = seen.columns[place->second];
            const std::uint32_t bit = 1U << static_cast<unsigned>(entry.token.kind);
            if ((column.kinds & bit) == 0)
                column.first_of_kind[static_cast<std::size_t>(entry.token.kind)] = block->ordinals[row];
            column.kinds |= bit;
        }
    }
    seen.rows = block->rows();
    summary_ = std::move(seen);
    return {};
}

Result<> SourceTable::scan(int threads, const StopFlag* stop, Domains& domains, const std::function<void()>& prepare) {
    ScanRequest request;
    for (const ColumnUse& use : uses_) request.slots.push_back(use.name);
    request.entries = !fragments_.empty();
    request.survey_all = survey_;
    request.bad_rows = bad_rows_;
    request.progress = progress_;
    request.stop = stop;
    return scan_settled(std::move(request), [&](const ScanRequest& settled) {
        prepare();
        return scan_once(settled, threads, domains);
    });
}

Result<> SourceTable::scan_once(const ScanRequest& request, int threads, Domains& domains) {
    const std::unique_ptr<Scan> scan = source_->scan(request);
    std::vector<std::vector<Part>> parts(static_cast<std::size_t>(threads));
    std::atomic<bool> failed{false};
    TRY(run_on_threads(threads, [&](int thread) {
        return read_part(*scan, thread, request.stop, domains, failed, parts[static_cast<std::size_t>(thread)]);
    }));
    TRY_ASSIGN(summary_, scan->finish());
    is_read_ = true;
    for (std::vector<Part>& own : parts) std::move(own.begin(), own.end(), std::back_inserter(parts_));
    std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) { return a.first < b.first; });
    for (const Part& part : parts_) rows_ += part.rows;
    for (FragmentSet* fragments : fragments_) fragments->sort_blocks();
    return {};
}

Result<> SourceTable::read_part(Scan& scan, int thread, const StopFlag* stop, Domains& domains,
                                std::atomic<bool>& failed, std::vector<Part>& parts) const {
    std::vector<FragmentBuilder> builders;
    for (FragmentSet* fragments : fragments_) builders.emplace_back(*fragments, scan, stop);
    return for_each_block(scan, failed, [&](const Block& block) -> Result<> {
        parts.push_back(encode_block(block, thread, domains));
        for (FragmentBuilder& builder : builders) TRY(builder.add(block));
        return {};
    });
}

SourceTable::Part SourceTable::encode_block(const Block& block, int thread, Domains& domains) const {
    Part part{block.ordinals.front(), block.rows(), {}};
    part.columns.reserve(uses_.size());
    for (std::size_t slot = 0; slot < uses_.size(); ++slot) {
        const ColumnUse& use = uses_[slot];
        KeyDomain* domain = use.domain ? &domains[*use.domain] : nullptr;
        part.columns.push_back(encode(use, block.slots[slot], block.ordinals, domain, thread));
    }
    return part;
}

Result<> SourceTable::format_again(int threads, const StopFlag* stop, FragmentSet& fragments) const {
    ScanRequest request;
    request.entries = true;
    request.stop = stop;
    const std::unique_ptr<Scan> scan = source_->scan(request);
    std::atomic<bool> failed{false};
    TRY(run_on_threads(threads, [&](int) -> Result<> {
        FragmentBuilder builder(fragments, *scan, stop);
        return for_each_block(*scan, failed, [&](const Block& block) { return builder.add(block); });
    }));
    const Result<ScanSummary> again = scan->finish();
    if (!again) return again.error();
    fragments.sort_blocks();
    return {};
}

void SourceTable::assemble(int threads) {
    columns_.resize(uses_.size());
    for_each_index(threads, uses_.size(), [&](std::size_t slot) {
        std::vector<ColumnPart> column;
        column.reserve(parts_.size());
        std::size_t first_row = 0;
        for (Part& part : parts_) {
            column.push_back({&part.columns[slot], first_row});
            first_row += part.rows;
        }
        columns_[slot] = sluice::assemble(uses_[slot], column, rows_);
    });
    parts_ = std::vector<Part>();
}

std::vector<std::string> SourceTable::column_names() const {
    std::vector<std::string> names;
    for (const ColumnSummary& column : summary_.columns) names.push_back(column.name);
    return names;
}

}  // namespace sluice
