// Fills a table of an engine, a chunk of rows at a time. For this folder only.
#pragma once

#include <string>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "engine/duckdb/handles.hpp"
#include "rows/row_stream.hpp"
#include "utils/result.hpp"

namespace sluice {

inline void destroy_appender(duckdb_appender* appender) { duckdb_appender_destroy(appender); }
using AppenderHandle = DuckdbHandle<duckdb_appender, destroy_appender>;

// One thread.
class ChunkAppender final : public TableAppender {
public:
    // `columns` by the table's own.
    [[nodiscard]] static Result<std::unique_ptr<TableAppender>> start(duckdb_connection connection,
                                                                      const std::string& table,
                                                                      const std::vector<AppendedColumn>& columns,
                                                                      const StopFlag* stop);

    void set_null(std::size_t column) override;
    void set_text(std::size_t column, std::string_view text) override;
    void set_integer(std::size_t column, std::int64_t value) override;
    [[nodiscard]] Result<> end_row() override;
    [[nodiscard]] Result<> finish() override;

private:
    explicit ChunkAppender(const StopFlag* stop) : stop_(stop) {}
    [[nodiscard]] Result<> flush();

    const StopFlag* stop_;
    AppenderHandle appender_;
    ChunkHandle chunk_;
    std::vector<duckdb_vector> vectors_;
    idx_t row_ = 0;
};

}  // namespace sluice
