#include "engine/duckdb/scan_function.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "engine/duckdb/handles.hpp"
#include "engine/duckdb/vectors.hpp"
#include "rows/json_text.hpp"

namespace sluice {

namespace {

struct ReaderState {
    std::unique_ptr<BlockReader> reader;
    const Block* block = nullptr;
    std::size_t next_row = 0;
    bool ended = false;
    std::string laid_out;
};

void bind(duckdb_bind_info info) {
    auto& bindings = *static_cast<ScanBindings*>(duckdb_bind_get_extra_info(info));
    ValueHandle argument(duckdb_bind_get_parameter(info, 0));
    const auto index = static_cast<std::size_t>(duckdb_get_int64(argument.get()));
    if (index >= bindings.size()) return duckdb_bind_set_error(info, "no such scan");
    const TypeHandle ordinal(duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT));
    const TypeHandle text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
    duckdb_bind_add_result_column(info, "o", ordinal.get());
    for (std::size_t slot = 0; slot < bindings[index]->request.slots.size(); ++slot)
        duckdb_bind_add_result_column(info, fmt::format("c{}", slot).c_str(), text.get());
    duckdb_bind_set_bind_data(info, bindings[index].get(), nullptr);
}

void start(duckdb_init_info info) try {
    auto& binding = *static_cast<ScanBinding*>(duckdb_init_get_bind_data(info));
    binding.scan = binding.source->scan(binding.request);
    duckdb_init_set_max_threads(info, static_cast<idx_t>(binding.threads));
} catch (const std::exception& error) {
    duckdb_init_set_error(info, error.what());
}

void start_thread(duckdb_init_info info) try {
    const auto& binding = *static_cast<ScanBinding*>(duckdb_init_get_bind_data(info));
    auto state = std::make_unique<ReaderState>();
    state->reader = binding.scan->reader();
    duckdb_init_set_init_data(info, state.release(), [](void* data) { delete static_cast<ReaderState*>(data); });
} catch (const std::exception& error) {
    duckdb_init_set_error(info, error.what());
}

// Makes sure that a row is left in state.block. False at the end or after a failure.
bool advance(ReaderState& state, ScanBinding& binding, duckdb_function_info info) {
    while (!state.ended && (state.block == nullptr || state.next_row == state.block->rows())) {
        const Result<const Block*> block = state.reader->next();
        if (!block) {
            const std::scoped_lock lock(binding.mutex);
            if (!binding.error) binding.error = block.error();
            duckdb_function_set_error(info, block.error().message.c_str());
            state.ended = true;
            return false;
        }
        state.block = *block;
        state.next_row = 0;
        state.ended = *block == nullptr;
    }
    return !state.ended;
}

void fill_column(ReaderState& state, std::size_t slot, idx_t begin, idx_t rows, duckdb_vector output) {
    const std::vector<Token>& tokens = state.block->slots[slot];
    for (idx_t row = 0; row < rows; ++row) {
        const Token& token = tokens[state.next_row + row];
        if (token.is_null()) {
            set_null(output, begin + row);
        } else if (token.kind == Kind::array || token.kind == Kind::object) {
            state.laid_out.clear();
            append_laid_out(token, state.laid_out);
            set_text(output, begin + row, state.laid_out);
        } else {
            set_text(output, begin + row, token.view());
        }
    }
}

void read_rows(duckdb_function_info info, duckdb_data_chunk output) try {
    auto& binding = *static_cast<ScanBinding*>(duckdb_function_get_bind_data(info));
    auto& state = *static_cast<ReaderState*>(duckdb_function_get_local_init_data(info));
    const idx_t capacity = duckdb_vector_size();
    const VectorView<uint64_t> ordinals(output, 0);
    idx_t filled = 0;
    while (filled < capacity && advance(state, binding, info)) {
        const idx_t rows = std::min<idx_t>(capacity - filled, state.block->rows() - state.next_row);
        for (idx_t row = 0; row < rows; ++row) ordinals[filled + row] = state.block->ordinals[state.next_row + row];
        for (std::size_t slot = 0; slot < binding.request.slots.size(); ++slot)
            fill_column(state, slot, filled, rows, duckdb_data_chunk_get_vector(output, slot + 1));
        state.next_row += rows;
        filled += rows;
    }
    duckdb_data_chunk_set_size(output, filled);
} catch (const std::exception& error) {
    duckdb_function_set_error(info, error.what());
}

}  // namespace

Result<> register_scan_function(duckdb_connection connection, ScanBindings& bindings) {
    const TableFunctionHandle function(duckdb_create_table_function());
    const TypeHandle number(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
    duckdb_table_function_set_name(function.get(), "sluice_scan");
    duckdb_table_function_add_parameter(function.get(), number.get());
    duckdb_table_function_set_extra_info(function.get(), &bindings, nullptr);
    duckdb_table_function_set_bind(function.get(), bind);
    duckdb_table_function_set_init(function.get(), start);
    duckdb_table_function_set_local_init(function.get(), start_thread);
    duckdb_table_function_set_function(function.get(), read_rows);
    if (duckdb_register_table_function(connection, function.get()) != DuckDBSuccess)
        return internal_error("DuckDB does not take our table function");
    return {};
}

}  // namespace sluice
