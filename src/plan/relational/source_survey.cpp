#include "plan/relational/source_survey.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

#include "rows/settled_scan.hpp"
#include "utils/heap.hpp"

namespace sluice {

namespace {

Result<ScanSummary> survey_by(const ScannableSource& source, const ScanRequest& request, int threads,
                              std::uint64_t* resident) {
    const std::unique_ptr<Scan> scan = source.scan(request);
    std::mutex mutex;
    std::optional<Error> first_error;
    const auto read = [&] {
        const std::unique_ptr<BlockReader> reader = scan->reader();
        std::uint64_t most = 0;
        for (;;) {
            const Result<const Block*> block = reader->next();
            if (resident != nullptr) most = std::max(most, resident_bytes());
            if (!block) {
                const std::scoped_lock lock(mutex);
                if (!first_error) first_error = block.error();
            }
            if (!block || *block == nullptr) break;
        }
        const std::scoped_lock lock(mutex);
        if (resident != nullptr) *resident = std::max(*resident, most);
    };
    {
        std::vector<std::jthread> readers;
        for (int thread = 1; thread < threads; ++thread) readers.emplace_back(read);
        read();
    }
    if (first_error) return *first_error;
    return scan->finish();
}

}  // namespace

Result<ScanSummary> survey_source(const ScannableSource& source, int threads, ScanProgress* progress,
                                  const StopFlag* stop, BadRowSink* bad_rows, bool settled, std::uint64_t* resident) {
    ScanRequest request;
    request.survey_all = true;
    request.progress = progress;
    request.stop = stop;
    request.bad_rows = bad_rows;
    if (!settled) return survey_by(source, request, threads, resident);
    return scan_settled(std::move(request),
                        [&](const ScanRequest& scan) { return survey_by(source, scan, threads, resident); });
}

std::vector<BoundColumn> source_columns(const ScannableSource& source, std::size_t index, const ScanSummary& summary) {
    std::vector<BoundColumn> columns;
    for (const ColumnSummary& found : summary.columns) {
        BoundColumn column;
        column.name = found.name;
        column.facts.kinds = found.kinds & ~(1U << static_cast<unsigned>(Kind::null));
        for (std::size_t kind = 0; kind < found.first_of_kind.size(); ++kind)
            column.facts.first_of_kind[kind] = {index, found.first_of_kind[kind]};
        column.facts.numbers = found.numbers;
        column.facts.first_huge_exponent = {index, found.numbers.first_huge_exponent};
        column.facts.source = index;
        column.facts.source_column = found.name;
        if (const auto declared = source.types().find(found.name); declared != source.types().end()) {
            column.facts.declared = declared->second;
            if (declared->second.type == Type::timestamp) column.meaning = Meaning::timestamp;
            if (declared->second.type == Type::timestamp_ns) column.meaning = Meaning::timestamp_ns;
            if (column.is_time()) column.notation = declared->second.notation;
        }
        columns.push_back(std::move(column));
    }
    return columns;
}

}  // namespace sluice
