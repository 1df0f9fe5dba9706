#include "engine/duckdb/aggregate_functions.hpp"

#include <fmt/format.h>

#include <exception>
#include <new>
#include <string>

#include "engine/duckdb/handles.hpp"
#include "engine/duckdb/vectors.hpp"
#include "rows/exact_sum.hpp"
#include "rows/json_text.hpp"

namespace sluice {

namespace {

struct SumState {
    ExactSum sum;
    std::uint64_t count = 0;
};

// DuckDB gives raw memory of this size and moves states as bytes, so it holds a pointer. Made when the first value
// comes.
struct StateSlot {
    SumState* state;
};

SumState& state_of(duckdb_aggregate_state state) {
    auto& slot = *reinterpret_cast<StateSlot*>(state);
    if (slot.state == nullptr) slot.state = new SumState;
    return *slot.state;
}

idx_t state_size(duckdb_function_info) { return sizeof(StateSlot); }

void initialise(duckdb_function_info, duckdb_aggregate_state state) {
    reinterpret_cast<StateSlot*>(state)->state = nullptr;
}

void destroy(duckdb_aggregate_state* states, idx_t count) {
    for (idx_t index = 0; index < count; ++index) {
        auto& slot = *reinterpret_cast<StateSlot*>(states[index]);
        delete slot.state;
        slot.state = nullptr;
    }
}

void update(duckdb_function_info info, duckdb_data_chunk input, duckdb_aggregate_state* states) try {
    const VectorView<duckdb_string_t> values(input, 0);
    const idx_t rows = duckdb_data_chunk_get_size(input);
    for (idx_t row = 0; row < rows; ++row) {
        if (!values.valid(row)) continue;
        SumState& state = state_of(states[row]);
        const std::string_view text = text_of(values[row]);
        switch (state.sum.add(token_of(text))) {
            case ExactSum::Added::yes:
                ++state.count;
                break;
            case ExactSum::Added::not_a_number:
                return duckdb_aggregate_function_set_error(info, fmt::format("{} is not a number", text).c_str());
            case ExactSum::Added::exponent_too_large:
                return duckdb_aggregate_function_set_error(
                    info, fmt::format("the exponent of {} is beyond +-10,000", text).c_str());
        }
    }
} catch (const std::exception& error) {
    duckdb_aggregate_function_set_error(info, error.what());
}

void combine(duckdb_function_info info, duckdb_aggregate_state* sources, duckdb_aggregate_state* targets,
             idx_t count) try {
    for (idx_t index = 0; index < count; ++index) {
        const SumState* const source = reinterpret_cast<StateSlot*>(sources[index])->state;
        if (source == nullptr) continue;
        SumState& target = state_of(targets[index]);
        target.sum.merge(source->sum);
        target.count += source->count;
    }
} catch (const std::exception& error) {
    duckdb_aggregate_function_set_error(info, error.what());
}

template <bool Mean>
void finish(duckdb_function_info info, duckdb_aggregate_state* states, duckdb_vector output, idx_t count,
            idx_t offset) try {
    for (idx_t index = 0; index < count; ++index) {
        const SumState* const state = reinterpret_cast<StateSlot*>(states[index])->state;
        if (state == nullptr || state->count == 0) {
            set_null(output, offset + index);
            continue;
        }
        const Result<std::string> text = Mean ? state->sum.mean_text(state->count) : state->sum.sum_text();
        if (!text) return duckdb_aggregate_function_set_error(info, text.error().message.c_str());
        set_text(output, offset + index, *text);
    }
} catch (const std::exception& error) {
    duckdb_aggregate_function_set_error(info, error.what());
}

Result<> register_one(duckdb_connection connection, const char* name, duckdb_aggregate_finalize_t finalize) {
    const AggregateFunctionHandle function(duckdb_create_aggregate_function());
    const TypeHandle text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
    duckdb_aggregate_function_set_name(function.get(), name);
    duckdb_aggregate_function_add_parameter(function.get(), text.get());
    duckdb_aggregate_function_set_return_type(function.get(), text.get());
    duckdb_aggregate_function_set_functions(function.get(), state_size, initialise, update, combine, finalize);
    duckdb_aggregate_function_set_destructor(function.get(), destroy);
    duckdb_aggregate_function_set_special_handling(function.get());
    if (duckdb_register_aggregate_function(connection, function.get()) != DuckDBSuccess)
        return internal_error(fmt::format("DuckDB does not take our function {}", name));
    return {};
}

}  // namespace

Result<> register_aggregate_functions(duckdb_connection connection) {
    TRY(register_one(connection, "sl_sum", finish<false>));
    return register_one(connection, "sl_avg", finish<true>);
}

}  // namespace sluice
