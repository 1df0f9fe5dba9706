#include "engine/parquet/parquet_output.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "engine/parquet/parquet_output_column.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/lower_case.hpp"

namespace sluice {

namespace {

// A row group of the table is a row group of the file, so that the threads that write cannot shape it.
constexpr int kRowGroup = 122'880;

class ParquetOutput {
public:
    ParquetOutput(RowStream& rows, const ParquetRequest& request) : rows_(rows), request_(request) {
        for (const OutputColumn& column : rows.columns()) columns_.emplace_back(column, request.style);
    }

    Result<WrittenRows> write() {
        TRY(open());
        TRY(fill());
        TRY(copy());
        TRY(check());
        return std::move(written_);
    }

private:
    // DuckDB gets the open file: a path with `[` or `*` would be a pattern to its readers.
    Result<> open() {
        file_ = FileDescriptor(::open(request_.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
        if (!file_.open()) return system_error("make the file", request_.path.string(), errno);
        path_ = fmt::format("/proc/self/fd/{}", file_.get());
        TRY_ASSIGN(engine_, DuckdbEngine::open({.threads = request_.threads,
                                                .memory_bytes = request_.memory_bytes,
                                                .temp_dir = request_.temp_dir,
                                                .stop = request_.stop,
                                                .writable = {path_},
                                                .keep_order = true}));
        std::string columns;
        for (std::size_t at = 0; at < columns_.size(); ++at)
            columns += fmt::format("{}c{} {}", at == 0 ? "" : ", ", at,
                                   columns_[at].appended() == AppendedColumn::integer ? "BIGINT" : "VARCHAR");
        return engine_->run(fmt::format("CREATE TABLE rows ({})", columns));
    }

    Result<> fill() {
        std::vector<AppendedColumn> appended;
        for (const ParquetOutputColumn& column : columns_) appended.push_back(column.appended());
        TRY_ASSIGN(const auto table, engine_->append("rows", appended));
        for (;;) {
            TRY_ASSIGN(const TokenBatch* batch, rows_.next());
            if (batch == nullptr) break;
            for (std::size_t row = 0; row < batch->rows; ++row) {
                for (std::size_t at = 0; at < columns_.size(); ++at)
                    TRY(columns_[at].put(batch->columns[at][row], at, *table));
                TRY(table->end_row());
            }
            written_.rows += batch->rows;
        }
        return table->finish();
    }

    Result<> copy() {
        std::string select;
        for (std::size_t at = 0; at < columns_.size(); ++at) {
            const std::string& name = columns_[at].name();
            const ParquetType& type =
                types_.emplace_back(request_.types == nullptr ? columns_[at].type() : request_.types->at(name));
            select += fmt::format("{}{} AS {}", at == 0 ? "" : ", ",
                                  fmt::format(fmt::runtime(type.sql), fmt::format("c{}", at)), sql_name(name));
            if (request_.types == nullptr && !type.warning.empty())
                written_.warnings.push_back(fmt::format("column '{}': {}", name, type.warning));
        }
        const Result<> copied = engine_->run(
            fmt::format("COPY (SELECT {} FROM rows) TO {} (FORMAT parquet, ROW_GROUP_SIZE {}, USE_TMP_FILE "
                        "false, {})",
                        select, sql_text(path_), kRowGroup, codec()));
        return copied ? Result<>() : Result<>(write_error(copied.error()));
    }

    // DuckDB blames its temporary folder for every write that fails.
    [[nodiscard]] Error write_error(const Error& error) const {
        const std::size_t at = error.message.find(path_);
        if (error.kind != ErrorKind::external || at == std::string::npos) return error;
        std::string reason = error.message.substr(0, error.message.find("; free space"));
        reason.replace(reason.find(path_), path_.size(), request_.path.string());
        const std::size_t start = reason.find(": ");
        return external_error(
            "write_failed",
            fmt::format("cannot write '{}': {}; free space there, or write to another "
                        "destination",
                        request_.path.string(), start == std::string::npos ? reason : reason.substr(start + 2)));
    }

    [[nodiscard]] std::string codec() const {
        switch (request_.compression.method) {
            case Compression::none:
                return "COMPRESSION uncompressed";
            case Compression::gzip:
                return "COMPRESSION gzip";
            case Compression::zstd:
                return fmt::format("COMPRESSION zstd, COMPRESSION_LEVEL {}", request_.compression.level);
        }
        return {};
    }

    // What the file says of itself, against what was counted on the way into the table.
    Result<> check() {
        const std::string file = sql_text(path_);
        TRY_ASSIGN(const std::uint64_t rows,
                   engine_->number(fmt::format("SELECT num_rows FROM parquet_file_metadata({})", file)));
        if (rows != written_.rows) return differs("rows", std::to_string(written_.rows), std::to_string(rows));
        TRY_ASSIGN(const auto found, engine_->rows(fmt::format(
                                         "SELECT column_id, sum(stats_null_count), min(stats_min_value) FILTER "
                                         "(stats_min_value IS NOT NULL), count(*) FILTER (stats_null_count IS NULL) "
                                         "FROM parquet_metadata({}) GROUP BY column_id ORDER BY column_id",
                                         file)));
        for (const auto& column : found) TRY(check_column(column));
        return check_extremes(file);
    }

    Result<> check_column(const DuckdbEngine::TextRow& found) const {
        const std::size_t at = std::strtoull(found[0].value_or("").c_str(), nullptr, 10);
        if (at >= columns_.size()) return differs("columns", std::to_string(columns_.size()), "more");
        if (found[3].value_or("") != "0") return {};  // not counted in every row group
        const std::string nulls = std::to_string(columns_[at].values().nulls);
        if (found[1].value_or("0") == nulls) return {};
        return differs(fmt::format("nulls of column '{}'", columns_[at].name()), nulls, found[1].value_or(""));
    }

    Result<> check_extremes(const std::string& file) {
        for (std::size_t at = 0; at < columns_.size(); ++at) {
            const ParquetValues& values = columns_[at].values();
            if (!types_[at].integers) continue;
            TRY_ASSIGN(const auto found,
                       engine_->rows(fmt::format("SELECT min(CAST(stats_min_value AS BIGINT)), "
                                                 "max(CAST(stats_max_value AS BIGINT)) FROM parquet_metadata({}) WHERE "
                                                 "column_id = {}",
                                                 file, at)));
            if (found.empty() || !found[0][0] || !found[0][1]) continue;
            const std::string ours = fmt::format("{} to {}", values.least, values.most);
            const std::string theirs = fmt::format("{} to {}", *found[0][0], *found[0][1]);
            if (ours != theirs)
                return differs(fmt::format("the range of column '{}'", columns_[at].name()), ours, theirs);
        }
        return {};
    }

    [[nodiscard]] Error differs(const std::string& what, const std::string& ours, const std::string& theirs) const {
        return internal_error(
            fmt::format("'{}' was written wrong: {} should be {} and the file says {}; nothing is "
                        "published",
                        request_.path.string(), what, ours, theirs));
    }

    RowStream& rows_;
    const ParquetRequest& request_;
    FileDescriptor file_;
    std::string path_;  // of the open file, for SQL
    std::unique_ptr<DuckdbEngine> engine_;
    std::vector<ParquetOutputColumn> columns_;
    std::vector<ParquetType> types_;
    WrittenRows written_;
};

}  // namespace

Result<> check_parquet_names(const std::vector<OutputColumn>& columns) {
    constexpr std::string_view kAdvice = "; give it another name with a select, or write this output as json or jsonl";
    if (columns.empty())
        return data_error("rows_without_columns",
                          "the rows have no columns, so Parquet cannot hold them; write this output as json or jsonl");
    std::map<std::string, std::string_view> seen;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        const std::string& name = columns[at].name;
        if (name.empty() || name.find('\0') != std::string::npos)
            return data_error("column_names",
                              fmt::format("column {} has {} name, which readers of Parquet do not take{}", at + 1,
                                          name.empty() ? "an empty" : "a NUL character in its", kAdvice));
        const auto [other, is_new] = seen.emplace(in_lower_case(name), name);
        if (!is_new)
            return data_error("column_names",
                              fmt::format("columns '{}' and '{}' differ only in case, and readers of Parquet such as "
                                          "Spark and DuckDB take them for one{}",
                                          other->second, name, kAdvice));
    }
    return {};
}

Result<WrittenRows> write_parquet(RowStream& rows, const ParquetRequest& request) {
    TRY(check_parquet_names(rows.columns()));
    return ParquetOutput(rows, request).write();
}

}  // namespace sluice
