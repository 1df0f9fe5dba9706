#include "engine/duckdb/aggregate_functions.hpp"

#include <fmt/format.h>

#include <exception>
#include <list>
#include <mutex>
#include <string>
#include <utility>

#include "engine/duckdb/handles.hpp"
#include "engine/duckdb/vectors.hpp"
#include "rows/decimal.hpp"
#include "rows/exact_sum.hpp"
#include "rows/excerpt.hpp"
#include "rows/json_text.hpp"

namespace sluice {

namespace {

class StateKeeper;

struct SumState {
    ExactSum sum;
    std::uint64_t count = 0;
    std::string fault;  // why there is no sum
    StateKeeper* keeper = nullptr;
    std::list<SumState>::iterator self;
};

// Owns the states. DuckDB destroys them one by one, but leaves some behind where a query fails and in window functions:
// those go with the function.
class StateKeeper {
public:
    SumState* make() {
        const std::scoped_lock lock(mutex_);
        SumState& state = states_.emplace_front();
        state.keeper = this;
        state.self = states_.begin();
        return &state;
    }
    void drop(SumState* state) {
        const std::scoped_lock lock(mutex_);
        states_.erase(state->self);
    }

private:
    std::mutex mutex_;
    std::list<SumState> states_;
};

// DuckDB gives raw memory of this size and moves states as bytes, so it holds a pointer. Made when the first value
// comes.
struct StateSlot {
    SumState* state;
};

SumState& state_of(duckdb_function_info info, duckdb_aggregate_state state) {
    auto& slot = *reinterpret_cast<StateSlot*>(state);
    if (slot.state == nullptr)
        slot.state = static_cast<StateKeeper*>(duckdb_aggregate_function_get_extra_info(info))->make();
    return *slot.state;
}

// Of several faults one is told, always the same.
void note_fault(SumState& state, std::string fault) {
    if (state.fault.empty() || fault < state.fault) state.fault = std::move(fault);
}

idx_t state_size(duckdb_function_info) { return sizeof(StateSlot); }

void initialise(duckdb_function_info, duckdb_aggregate_state state) {
    reinterpret_cast<StateSlot*>(state)->state = nullptr;
}

void destroy(duckdb_aggregate_state* states, idx_t count) {
    for (idx_t index = 0; index < count; ++index) {
        auto& slot = *reinterpret_cast<StateSlot*>(states[index]);
        if (slot.state != nullptr) slot.state->keeper->drop(slot.state);
        slot.state = nullptr;
    }
}

void update(duckdb_function_info info, duckdb_data_chunk input, duckdb_aggregate_state* states) try {
    const VectorView<duckdb_string_t> values(input, 0);
    const idx_t rows = duckdb_data_chunk_get_size(input);
    for (idx_t row = 0; row < rows; ++row) {
        if (!values.valid(row)) continue;
        SumState& state = state_of(info, states[row]);
        const std::string_view text = text_of(values[row]);
        switch (state.sum.add(token_of(text))) {
            case ExactSum::Added::yes:
                ++state.count;
                break;
            case ExactSum::Added::not_a_number:
                note_fault(state, fmt::format("{} is not a number", text));
                break;
            case ExactSum::Added::beyond_limits:
                note_fault(state, fmt::format("the number {} has {}", excerpt(text), kBeyondLimits));
                break;
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
        SumState& target = state_of(info, targets[index]);
        target.sum.merge(source->sum);
        target.count += source->count;
        if (!source->fault.empty()) note_fault(target, source->fault);
    }
} catch (const std::exception& error) {
    duckdb_aggregate_function_set_error(info, error.what());
}

template <bool Mean>
void finish(duckdb_function_info info, duckdb_aggregate_state* states, duckdb_vector output, idx_t count,
            idx_t offset) try {
    for (idx_t index = 0; index < count; ++index) {
        const SumState* const state = reinterpret_cast<StateSlot*>(states[index])->state;
        if (state == nullptr || (state->count == 0 && state->fault.empty())) {
            set_null(output, offset + index);
            continue;
        }
        std::string fault = state->fault;
        if (fault.empty()) {
            const Result<std::string> text = Mean ? state->sum.mean_text(state->count) : state->sum.sum_text();
            if (text) {
                set_text(output, offset + index, *text);
                continue;
            }
            fault = text.error().message;
        }
        set_text(output, offset + index, kFaultMark + fault);
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
    duckdb_aggregate_function_set_extra_info(function.get(), new StateKeeper,
                                             [](void* keeper) { delete static_cast<StateKeeper*>(keeper); });
    if (duckdb_register_aggregate_function(connection, function.get()) != DuckDBSuccess)
        return internal_error(fmt::format("DuckDB does not take our function {}", name));
    return {};
}

}  // namespace

Result<> register_aggregate_functions(duckdb_connection connection) {
    TRY(register_one(connection, "sl_sum_or_fault", finish<false>));
    return register_one(connection, "sl_avg_or_fault", finish<true>);
}

}  // namespace sluice
