#include "engine/parquet/parquet_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "formats/scan/number_survey.hpp"
#include "formats/scan/row_builder.hpp"
#include "rows/bad_row.hpp"
#include "rows/json_text.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {

namespace {

void see_kind(ColumnSummary& column, Kind kind, Ordinal ordinal) {
    if (column.has(kind)) return;
    column.kinds |= 1U << static_cast<unsigned>(kind);
    column.first_of_kind[static_cast<std::size_t>(kind)] = ordinal;
}

void merge_column(const ColumnSummary& other, ColumnSummary& column) {
    for (std::size_t kind = 0; kind < column.first_of_kind.size(); ++kind) {
        if (!other.has(static_cast<Kind>(kind))) continue;
        const bool known = column.has(static_cast<Kind>(kind));
        column.first_of_kind[kind] =
            known ? std::min(column.first_of_kind[kind], other.first_of_kind[kind]) : other.first_of_kind[kind];
        column.kinds |= 1U << kind;
    }
    formats::merge_surveys(other.numbers, column.numbers);
}

// The kind that values of a type have.
Kind kind_of(std::string_view type) {
    if (type == "BOOLEAN") return Kind::true_;
    if (type.ends_with("]")) return Kind::array;
    if (type.starts_with("STRUCT(") || type.starts_with("MAP(")) return Kind::object;
    if (type == "FLOAT" || type == "DOUBLE" || type.find("INT") == type.size() - 3 || type == "INTEGER" ||
        type == "UINTEGER" || type.starts_with("DECIMAL("))
        return Kind::number;
    return Kind::text;
}

}  // namespace

Result<Place> parquet_place(const ParquetFiles& files, Ordinal ordinal) {
    if (ordinal >= files.first_rows.back()) return internal_error("no row has this ordinal");
    const auto after = std::ranges::upper_bound(files.first_rows, ordinal);
    const auto file = static_cast<std::size_t>(after - files.first_rows.begin()) - 1;
    return Place{files.files[file].name, ordinal - files.first_rows[file] + 1};
}

class ParquetScan::Reader final : public BlockReader {
public:
    explicit Reader(ParquetScan& scan) : scan_(scan), bad_rows_(scan.request_.bad_rows) {
        part_.columns.resize(scan.columns_.size());
        block_.slots.resize(scan.request_.slots.size());
    }
    // A reader that is no longer wanted hands in what it has.
    ~Reader() override { hand_in(); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    Result<const Block*> next() override {
        if (done_) return nullptr;
        Result<const Block*> block = read_block();
        if (!block) scan_.next_part_ = scan_.files_.parts.size();
        return block;
    }

private:
    Result<const Block*> read_block() {
        for (;;) {
            if (!rows_) {
                TRY_ASSIGN(const bool more, start_part());
                if (!more) break;
            }
            auto batch = rows_->next();
            if (!batch) return parquet_error(batch.error(), file());
            if (*batch == nullptr) {
                TRY(end_part());
                continue;
            }
            fill(**batch);
            TRY(bad_rows_.flush());
            if (block_.rows() > 0) return &block_;
        }
        hand_in();
        return nullptr;
    }

    // The file's bytes as if each row had equally many.
    [[nodiscard]] std::uint64_t bytes_before(std::uint64_t row) const { return file().bytes * row / file().rows; }
    [[nodiscard]] const ParquetFile& file() const { return scan_.files_.files[rows_of_.file]; }

    // The next row group's query; false when there is none.
    Result<bool> start_part() {
        if (scan_.request_.stop != nullptr) TRY(scan_.request_.stop->check());
        const std::size_t number = scan_.next_part_.fetch_add(1);
        if (number >= scan_.files_.parts.size()) {
            scan_.next_part_ = scan_.files_.parts.size();  // so that the counter never wraps
            return false;
        }
        rows_of_ = scan_.files_.parts[number];
        at_ = rows_of_.begin;
        read_.clear();
        name_.clear();
        append_quoted(file().name, name_);
        std::string select = "SELECT ";
        std::vector<OutputColumn> columns;
        for (const ParquetColumn& column : file().columns) {
            if (!scan_.columns_[column.id].wanted) continue;
            select += parquet_token(column) + ", ";
            read_.push_back(&column);
            columns.push_back({.name = column.name});
        }
        columns.push_back({.name = "not finite"});
        select += fmt::format("{} FROM read_parquet({}", first_not_finite(file()), sql_text(file().path));
        select += !file().numbered ? ")"
                                   : fmt::format(
                                         ", file_row_number = true) WHERE file_row_number >= {} AND "
                                         "file_row_number < {}",
                                         rows_of_.begin, rows_of_.end);
        TRY_ASSIGN(DuckdbEngine * engine, scan_.engine());
        auto rows = engine->stream(select, std::move(columns));
        if (!rows) return parquet_error(rows.error(), file());
        rows_ = std::move(*rows);
        return true;
    }

    Result<> end_part() {
        rows_.reset();
        if (at_ != rows_of_.end)
            return data_error("bad_parquet",
                              fmt::format("cannot read '{}' as Parquet: its rows {} to {} are only {}", file().name,
                                          rows_of_.begin + 1, rows_of_.end, at_ - rows_of_.begin));
        return {};
    }

    void fill(const TokenBatch& batch) {
        block_.ordinals.clear();
        for (auto& slot : block_.slots) slot.clear();
        block_.entries.clear();
        block_.entry_begin.clear();
        if (scan_.request_.entries) block_.entry_begin.push_back(0);
        numbers_.clear();
        numbers_.reserve(batch.rows * kLongestNumber);  // tokens point into it
        for (std::size_t row = 0; row < batch.rows; ++row) {
            const Ordinal ordinal = scan_.files_.first_rows[rows_of_.file] + at_++;
            if (!object_to_row(batch, row, ordinal)) add_row(batch, row, ordinal);
        }
        part_.rows_read += batch.rows;
        part_.rows += block_.rows();
        if (ScanProgress* progress = scan_.request_.progress) {
            progress->rows += block_.rows();
            progress->bytes += bytes_before(at_) - bytes_before(at_ - batch.rows);
        }
    }

    void add_row(const TokenBatch& batch, std::size_t row, Ordinal ordinal) {
        block_.ordinals.push_back(ordinal);
        for (auto& slot : block_.slots) slot.emplace_back();
        for (std::size_t index = 0; index < read_.size(); ++index)
            add_value(read_[index]->id, batch.columns[index][row], ordinal);
        if (scan_.files_.name_column) add_value(*scan_.files_.name_column, token_of(name_), ordinal);
        if (scan_.files_.line_column) add_value(*scan_.files_.line_column, number_token(at_), ordinal);
        if (scan_.request_.entries) block_.entry_begin.push_back(static_cast<std::uint32_t>(block_.entries.size()));
    }

    void add_value(std::size_t id, const Token& token, Ordinal ordinal) {
        const ReadColumn& column = scan_.columns_[id];
        if (!column.wanted) return;
        see_kind(part_.columns[id], token.kind, ordinal);
        if (column.surveyed && token.kind == Kind::number)
            formats::survey_number(token.view(), ordinal, part_.columns[id].numbers);
        for (const std::size_t slot : column.slots) block_.slots[slot].back() = token;
        if (scan_.request_.entries) block_.entries.push_back({static_cast<ColumnId>(id), token});
    }

    Token number_token(std::uint64_t number) {
        const std::size_t begin = numbers_.size();
        fmt::format_to(std::back_inserter(numbers_), "{}", number);
        return {.data = numbers_.data() + begin,
                .size = static_cast<std::uint32_t>(numbers_.size() - begin),
                .kind = Kind::number};
    }

    // Whether the row is bad, which is then counted.
    bool object_to_row(const TokenBatch& batch, std::size_t row, Ordinal ordinal) {
        using formats::Fault;
        if (const Token& not_finite = batch.columns[read_.size()][row]; !not_finite.is_null()) {
            const std::size_t id = std::strtoull(std::string(not_finite.view()).c_str(), nullptr, 10);
            report(ordinal, Fault::not_finite, id, std::string(formats::fault_message(Fault::not_finite)), "");
            return true;
        }
        for (std::size_t index = 0; index < read_.size(); ++index) {
            const std::size_t id = read_[index]->id;
            const formats::DeclaredColumn* declared = scan_.columns_[id].declared;
            if (declared == nullptr) continue;
            const Token& token = batch.columns[index][row];
            const auto fault = formats::check_declared(token, *declared, scratch_);
            if (!fault) continue;
            report(
                ordinal, *fault, id,
                fmt::format("{}; expected {}", formats::fault_message(*fault), formats::expectation(token, *declared)),
                token.view());
            return true;
        }
        return false;
    }

    void report(Ordinal ordinal, formats::Fault fault, std::size_t column, std::string message,
                std::string_view value) {
        ++part_.bad_rows;
        const bool is_shown = part_.first_bad_rows.size() < formats::kBadRowsShown;
        if (!is_shown && !bad_rows_.wanted()) return;
        BadRow row({.ordinal = ordinal,
                    .file = file().name,
                    .line = ordinal - scan_.files_.first_rows[rows_of_.file] + 1,
                    .byte = 0,
                    .fault = 0,
                    .length = value.size(),
                    .code = std::string(formats::fault_code(fault)),
                    .message = std::move(message),
                    .column = scan_.files_.names[column],
                    .excerpt = std::string(value)});
        // A row of Parquet has no bytes of its own: the value at fault stands for it.
        bad_rows_.add(row, value, value.size(), crc64nvme(value));
        if (is_shown) part_.first_bad_rows.push_back(std::move(row));
    }

    void hand_in() {
        if (std::exchange(done_, true)) return;
        rows_.reset();
        const std::lock_guard lock(scan_.mutex_);
        scan_.parts_.push_back(std::move(part_));
    }

    ParquetScan& scan_;
    BadRowBuffer bad_rows_;
    Part part_;
    Block block_;
    bool done_ = false;
    std::string scratch_;

    static constexpr std::size_t kLongestNumber = 20;  // digits of 64 bits
    std::string numbers_;                              // of the block's rows, one behind the other
    std::string name_;                                 // of the file, as a token

    // Of the row group at hand.
    ParquetPart rows_of_;
    std::uint64_t at_ = 0;  // the next row's number in the file
    std::unique_ptr<RowStream> rows_;
    std::vector<const ParquetColumn*> read_;  // by column of the stream
};

ParquetScan::ParquetScan(const ParquetFiles& files, const formats::DeclaredColumns& declared,
                         std::filesystem::path temp_dir, ScanRequest request)
    : files_(files), temp_dir_(std::move(temp_dir)), request_(std::move(request)), columns_(files.names.size()) {
    const bool all = request_.entries || request_.survey_all;
    for (std::size_t id = 0; id < columns_.size(); ++id) {
        ReadColumn& column = columns_[id];
        const std::string& name = files_.names[id];
        for (std::size_t slot = 0; slot < request_.slots.size(); ++slot)
            if (request_.slots[slot] == name) column.slots.push_back(slot);
        column.surveyed = request_.survey_all || std::ranges::find(request_.surveyed, name) != request_.surveyed.end();
        if (const auto typed = declared.find(name); typed != declared.end()) column.declared = &typed->second;
        column.wanted = all || column.surveyed || column.declared != nullptr || !column.slots.empty();
    }
}

Result<DuckdbEngine*> ParquetScan::engine() {
    const std::lock_guard lock(mutex_);
    if (!engine_) {
        // Each of our threads runs its own query; DuckDB needs none besides.
        DuckdbSettings settings{.threads = 1, .temp_dir = temp_dir_, .stop = request_.stop};
        for (const ParquetFile& file : files_.files) settings.readable.push_back(file.path);
        TRY_ASSIGN(engine_, DuckdbEngine::open(std::move(settings)));
    }
    return engine_.get();
}

std::unique_ptr<BlockReader> ParquetScan::reader() { return std::make_unique<Reader>(*this); }

// What nobody asked for was not read; its type says of which kind it is.
void ParquetScan::add_unread_columns(ScanSummary& summary) const {
    for (std::size_t number = files_.files.size(); number-- > 0;) {
        const ParquetFile& file = files_.files[number];
        if (file.rows == 0) continue;
        for (const ParquetColumn& column : file.columns) {
            ColumnSummary& known = summary.columns[column.id];
            known.first_row = files_.first_rows[number];
            if (!columns_[column.id].wanted) see_kind(known, kind_of(column.type), known.first_row);
        }
        const auto add_own = [&](const std::optional<std::size_t>& id, Kind kind) {
            if (!id) return;
            summary.columns[*id].first_row = files_.first_rows[number];
            if (!columns_[*id].wanted) see_kind(summary.columns[*id], kind, files_.first_rows[number]);
        };
        add_own(files_.name_column, Kind::text);
        add_own(files_.line_column, Kind::number);
    }
}

Result<ScanSummary> ParquetScan::finish() {
    const std::lock_guard lock(mutex_);
    ScanSummary summary;
    for (std::size_t id = 0; id < columns_.size(); ++id) {
        ColumnSummary& column = summary.columns.emplace_back();
        column.name = files_.names[id];
        column.id = static_cast<ColumnId>(id);
    }
    add_unread_columns(summary);
    for (const ParquetFile& file : files_.files) summary.bytes += file.bytes;
    for (Part& part : parts_) {
        summary.rows_read += part.rows_read;
        summary.rows += part.rows;
        summary.bad_rows += part.bad_rows;
        for (std::size_t id = 0; id < columns_.size(); ++id) merge_column(part.columns[id], summary.columns[id]);
        std::ranges::move(part.first_bad_rows, std::back_inserter(summary.first_bad_rows));
    }
    std::ranges::sort(summary.first_bad_rows, {}, &BadRow::ordinal);
    if (summary.first_bad_rows.size() > formats::kBadRowsShown) summary.first_bad_rows.resize(formats::kBadRowsShown);
    if (summary.rows == 0) summary.columns.clear();
    return summary;
}

}  // namespace sluice
