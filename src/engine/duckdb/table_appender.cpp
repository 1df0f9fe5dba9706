#include "engine/duckdb/table_appender.hpp"

#include "engine/duckdb/fault.hpp"
#include "engine/duckdb/vectors.hpp"

namespace sluice {

Result<std::unique_ptr<TableAppender>> ChunkAppender::start(duckdb_connection connection, const std::string& table,
                                                            const std::vector<AppendedColumn>& columns,
                                                            const StopFlag* stop) {
    std::unique_ptr<ChunkAppender> made(new ChunkAppender(stop));
    if (duckdb_appender_create(connection, nullptr, table.c_str(), made->appender_.out()) != DuckDBSuccess)
        return internal_error("DuckDB gives no appender for " + table);
    std::vector<TypeHandle> types;
    std::vector<duckdb_logical_type> list;
    for (const AppendedColumn column : columns) {
        types.emplace_back(
            duckdb_create_logical_type(column == AppendedColumn::text ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_BIGINT));
        list.push_back(types.back().get());
    }
    made->chunk_ = ChunkHandle(duckdb_create_data_chunk(list.data(), list.size()));
    for (idx_t column = 0; column < list.size(); ++column)
        made->vectors_.push_back(duckdb_data_chunk_get_vector(made->chunk_.get(), column));
    return std::unique_ptr<TableAppender>(std::move(made));
}

void ChunkAppender::set_null(std::size_t column) { sluice::set_null(vectors_[column], row_); }

void ChunkAppender::set_text(std::size_t column, std::string_view text) {
    sluice::set_text(vectors_[column], row_, text);
}

void ChunkAppender::set_integer(std::size_t column, std::int64_t value) {
    static_cast<std::int64_t*>(duckdb_vector_get_data(vectors_[column]))[row_] = value;
}

Result<> ChunkAppender::end_row() { return ++row_ == duckdb_vector_size() ? flush() : Result<>(); }

Result<> ChunkAppender::flush() {
    if (row_ == 0) return {};
    if (stop_ != nullptr) TRY(stop_->check());
    duckdb_data_chunk_set_size(chunk_.get(), row_);
    if (duckdb_append_data_chunk(appender_.get(), chunk_.get()) != DuckDBSuccess)
        return duckdb_error(duckdb_appender_error(appender_.get()), stop_);
    duckdb_data_chunk_reset(chunk_.get());
    for (idx_t column = 0; column < vectors_.size(); ++column)
        vectors_[column] = duckdb_data_chunk_get_vector(chunk_.get(), column);
    row_ = 0;
    return {};
}

Result<> ChunkAppender::finish() {
    TRY(flush());
    if (duckdb_appender_close(appender_.get()) != DuckDBSuccess)
        return duckdb_error(duckdb_appender_error(appender_.get()), stop_);
    return {};
}

}  // namespace sluice
