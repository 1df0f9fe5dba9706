// A query's result as rows of tokens, read from DuckDB as it is made. For this folder only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/duckdb/handles.hpp"
#include "engine/duckdb/interrupt_watcher.hpp"
#include "rows/row_stream.hpp"
#include "utils/result.hpp"

namespace sluice {

class TokenStream : public RowStream {
public:
    // Starts `select`, whose columns are all tokens (VARCHAR), on a connection of its own.
    [[nodiscard]] static Result<std::unique_ptr<RowStream>> start(duckdb_database database, InterruptWatcher& watcher,
                                                                  const StopFlag* stop, const std::string& select,
                                                                  std::vector<OutputColumn> columns);
    ~TokenStream() override;

    [[nodiscard]] const std::vector<OutputColumn>& columns() const override { return columns_; }
    [[nodiscard]] Result<const TokenBatch*> next() override;

private:
    TokenStream(InterruptWatcher& watcher, const StopFlag* stop, std::vector<OutputColumn> columns);

    InterruptWatcher* watcher_;
    const StopFlag* stop_;
    std::vector<OutputColumn> columns_;
    ConnectionHandle connection_;
    PreparedHandle statement_;
    PendingHandle pending_;
    std::unique_ptr<ResultHandle> result_;
    ChunkHandle chunk_;
    TokenBatch batch_;
};

}  // namespace sluice
