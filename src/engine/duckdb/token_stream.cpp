#include "engine/duckdb/token_stream.hpp"

#include "engine/duckdb/fault.hpp"
#include "engine/duckdb/vectors.hpp"
#include "rows/json_text.hpp"

namespace sluice {

TokenStream::TokenStream(InterruptWatcher& watcher, const StopFlag* stop, std::vector<OutputColumn> columns)
    : watcher_(&watcher), stop_(stop), columns_(std::move(columns)), result_(std::make_unique<ResultHandle>()) {}

TokenStream::~TokenStream() {
    if (connection_.get() != nullptr) watcher_->forget(connection_.get());
}

Result<std::unique_ptr<RowStream>> TokenStream::start(duckdb_database database, InterruptWatcher& watcher,
                                                      const StopFlag* stop, const std::string& select,
                                                      std::vector<OutputColumn> columns) {
    std::unique_ptr<TokenStream> stream(new TokenStream(watcher, stop, std::move(columns)));
    if (duckdb_connect(database, stream->connection_.out()) != DuckDBSuccess)
        return internal_error("DuckDB gives no connection");
    watcher.watch(stream->connection_.get());
    const auto failed = [&](const char* text) { return duckdb_error(text == nullptr ? "" : text, stop); };
    if (duckdb_prepare(stream->connection_.get(), select.c_str(), stream->statement_.out()) != DuckDBSuccess)
        return failed(duckdb_prepare_error(stream->statement_.get()));
    // The only streaming calls that the C API has; marked for removal "once a replacement exists".
    if (duckdb_pending_prepared_streaming(stream->statement_.get(), stream->pending_.out()) != DuckDBSuccess)
        return failed(duckdb_pending_error(stream->pending_.get()));
    if (duckdb_execute_pending(stream->pending_.get(), stream->result_->out()) != DuckDBSuccess)
        return failed(duckdb_result_error(stream->result_->out()));
    stream->batch_.columns.resize(stream->columns_.size());
    return stream;
}

Result<const TokenBatch*> TokenStream::next() {
    if (stop_ != nullptr) TRY(stop_->check());
    do {
        *chunk_.out() = duckdb_fetch_chunk(result_->get());
        if (chunk_.get() == nullptr) {
            if (const char* text = duckdb_result_error(result_->out()); text != nullptr && *text != '\0')
                return duckdb_error(text, stop_);
            return nullptr;
        }
    } while (duckdb_data_chunk_get_size(chunk_.get()) == 0);

    batch_.rows = duckdb_data_chunk_get_size(chunk_.get());
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        const VectorView<duckdb_string_t> values(chunk_.get(), column);
        std::vector<Token>& tokens = batch_.columns[column];
        tokens.assign(batch_.rows, Token{});
        for (std::size_t row = 0; row < batch_.rows; ++row)
            if (values.valid(row)) tokens[row] = token_of(text_of(values[row]));
    }
    return &batch_;
}

}  // namespace sluice
