#include "formats/scan/file_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "formats/scan/number_survey.hpp"

namespace sluice::formats {

namespace {

Error start_over() {
    Error error = internal_error("the scan must start over, and whoever reads does not know how");
    error.code = kStartOver;
    return error;
}

Error too_many_rows(const MendedRow& row) {
    return data_error("mended_row",
                      fmt::format("the mended row at byte {} of '{}' is more than one row", row.byte, row.file));
}

}  // namespace

class FileScan::Reader final : public BlockReader {
public:
    explicit Reader(FileScan& scan) : scan_(scan), chunks_(scan.chunks_.reader()), parser_(scan.parsers_->parser()) {
        scan.unfinished_.fetch_add(1);
    }

    // A reader that is no longer wanted hands in what it has.
    ~Reader() override { hand_in_summary(); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    Result<const Block*> next() override {
        if (done_) return nullptr;
        Result<const Block*> block = read_block();
        if (block) return block;
        if (block.error().code != kStartOver) scan_.failed_ = true;
        scan_.chunks_.close();
        return block;
    }

private:
    // The next block that has rows.
    Result<const Block*> read_block() {
        while (!scan_.parsers_->misread() || scan_.parsers_->can_learn()) {
            if (scan_.request_.stop != nullptr) TRY(scan_.request_.stop->check());
            TRY_ASSIGN(const std::optional<Chunk> chunk, chunks_->next());
            if (!chunk) break;
            TRY(parse(*chunk));
            if (block_.rows() > 0) return &block_;
        }
        if (scan_.parsers_->misread()) {
            TRY(learn_from_the_rest());
            scan_.all_taken_ = true;
            return start_over();
        }
        if (scan_.unfinished_.fetch_sub(1) == 1) scan_.all_taken_ = true;
        hand_in_summary();
        return nullptr;
    }

    Result<> parse(const Chunk& chunk) {
        TRY(parser_->parse(scan_.inputs_, chunk, block_));
        if (chunk.mended != nullptr && block_.rows() > 1) return too_many_rows(*chunk.mended);
        if (ScanProgress* progress = scan_.request_.progress) {
            progress->bytes.fetch_add(chunk.range_bytes, std::memory_order_relaxed);
            progress->rows.fetch_add(block_.rows(), std::memory_order_relaxed);
        }
        return {};
    }

    // This reader passed by what others were reading then. Whoever sees its failure stops them, so it reads that too.
    Result<> learn_from_the_rest() {
        for (bool found = true; found && scan_.parsers_->can_learn();) {
            found = false;
            const auto rest = scan_.chunks_.reader();
            while (scan_.parsers_->can_learn()) {
                if (scan_.request_.stop != nullptr) TRY(scan_.request_.stop->check());
                TRY_ASSIGN(const std::optional<Chunk> chunk, rest->next());
                if (!chunk) break;
                found = true;
                TRY(parse(*chunk));
            }
        }
        return {};
    }

    void hand_in_summary() {
        if (std::exchange(done_, true)) return;
        const std::lock_guard lock(scan_.mutex_);
        scan_.parts_.push_back(parser_->take_summary());
    }

    FileScan& scan_;
    std::unique_ptr<ChunkReader> chunks_;
    std::unique_ptr<RowParser> parser_;
    Block block_;
    bool done_ = false;
};

FileScan::FileScan(const InputSet& inputs, const RowFormat& format, const DeclaredColumns& declared,
                   const FileColumns& columns, const MendedRows& mended, ScanRequest request, const ScanLimits& limits)
    : inputs_(inputs),
      mended_(mended),
      request_(std::move(request)),
      settings_{.request = &request_,
                .declared = &declared,
                .columns = &columns,
                .rules = limits.rules,
                .row_rules = limits.row_rules,
                .mended = &mended,
                .block_size = limits.block_size,
                .max_row = limits.max_row},
      chunks_(format.chunks(inputs, limits.block_size, limits.max_row), inputs, mended, format.row_separator()),
      parsers_(format.parsers(registry_, settings_)) {}

FileScan::~FileScan() {
    if (all_taken_ && !failed_) parsers_->all_read();
}

std::unique_ptr<BlockReader> FileScan::reader() { return std::make_unique<Reader>(*this); }

// Columns in the order in which the input's rows name them first, each with the first row of each of its kinds.
void FileScan::merge_columns(ScanSummary& summary) const {
    std::unordered_map<ColumnId, std::size_t> places;
    std::vector<std::pair<Ordinal, std::uint32_t>> first_seen;  // row, position in it
    for (const ReaderSummary& part : parts_) {
        for (const KindSeen& seen : part.kinds) {
            const auto [place, is_new] = places.try_emplace(seen.column, summary.columns.size());
            if (is_new) {
                ColumnSummary& added = summary.columns.emplace_back();
                added.name = registry_.name(seen.column);
                added.id = seen.column;
                first_seen.emplace_back(seen.row, seen.position);
            }
            ColumnSummary& column = summary.columns[place->second];
            const auto kind = static_cast<std::size_t>(seen.kind);
            column.first_of_kind[kind] =
                column.has(seen.kind) ? std::min(column.first_of_kind[kind], seen.row) : seen.row;
            column.kinds |= 1U << kind;
            first_seen[place->second] = std::min(first_seen[place->second], std::pair(seen.row, seen.position));
        }
    }
    std::vector<std::size_t> order(summary.columns.size());
    for (std::size_t index = 0; index < order.size(); ++index) order[index] = index;
    std::ranges::sort(order, {}, [&](std::size_t index) { return first_seen[index]; });
    std::vector<ColumnSummary> ordered;
    ordered.reserve(order.size());
    for (const std::size_t index : order) {
        ordered.push_back(std::move(summary.columns[index]));
        ordered.back().first_row = first_seen[index].first;
    }
    summary.columns = std::move(ordered);
}

void FileScan::merge_surveys_into(ScanSummary& summary) const {
    std::unordered_map<ColumnId, ColumnSummary*> columns;
    for (ColumnSummary& column : summary.columns) columns.emplace(column.id, &column);
    for (const ReaderSummary& part : parts_) {
        for (const auto& [id, survey] : part.surveys) {
            // A name that only bad lines or the request mention is no column.
            if (const auto column = columns.find(id); column != columns.end()) {
                merge_surveys(survey, column->second->numbers);
            }
        }
    }
}

void FileScan::merge_nulled(ScanSummary& summary) const {
    for (const ReaderSummary& part : parts_) {
        for (const NulledValues& own : part.nulled) {
            const std::string& name = registry_.name(own.column);
            const auto known = std::ranges::find(summary.nulled, name, &NulledColumn::column);
            if (known == summary.nulled.end()) {
                summary.nulled.push_back({.column = name, .values = own.values, .first = own.first});
            } else {
                known->values += own.values;
                known->first = std::min(known->first, own.first);
            }
        }
    }
    std::ranges::sort(summary.nulled, {}, &NulledColumn::first);
}

// Where no row says it, the columns are still those of the schema.
void FileScan::add_schema(ScanSummary& summary) {
    if (!summary.columns.empty()) return;
    for (const std::string& name : settings_.rules->schema) {
        ColumnSummary& column = summary.columns.emplace_back();
        column.name = name;
        column.id = registry_.id_of(name);
    }
}

// The first bad rows of the whole input, now with their line numbers: the file is read once more up to the last of
// them.
Result<> FileScan::merge_bad_rows(ScanSummary& summary) {
    std::vector<BadRow>& rows = summary.first_bad_rows;
    for (ReaderSummary& part : parts_) std::ranges::move(part.first_bad_rows, std::back_inserter(rows));
    std::ranges::sort(rows, {}, &BadRow::ordinal);
    if (rows.size() > kBadRowsShown) rows.resize(kBadRowsShown);
    InputPlaces places(inputs_);
    for (BadRow& row : rows) {
        TRY_ASSIGN(const Place place, places.place(row.ordinal));
        row.line = place.line;
    }
    return {};
}

Result<ScanSummary> FileScan::finish() {
    TRY(inputs_.check_unchanged());
    if (parsers_->misread()) return start_over();
    const std::lock_guard lock(mutex_);
    if (!chunks_.all_used())
        return data_error("mended_row",
                          fmt::format("{} of {} mended rows have found their places in the input: see their `file` and "
                                      "`byte`",
                                      chunks_.used(), mended_.size()));
    ScanSummary summary;
    summary.bytes = inputs_.bytes();
    for (const ReaderSummary& part : parts_) {
        summary.rows_read += part.rows_read;
        summary.rows += part.rows;
        summary.bad_rows += part.bad_rows;
    }
    merge_columns(summary);
    merge_surveys_into(summary);
    parsers_->settle(summary);
    merge_nulled(summary);
    add_schema(summary);
    TRY(merge_bad_rows(summary));
    return summary;
}

}  // namespace sluice::formats
