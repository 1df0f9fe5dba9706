// Owners of DuckDB's C handles: each is destroyed once, when its owner goes. For this folder only.
#pragma once

#include <duckdb.h>

#include <utility>

namespace sluice {

template <typename T, void (*Destroy)(T*)>
class DuckdbHandle {
public:
    DuckdbHandle() = default;
    explicit DuckdbHandle(T value) : value_(value) {}
    ~DuckdbHandle() { reset(); }
    DuckdbHandle(DuckdbHandle&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
    DuckdbHandle& operator=(DuckdbHandle&& other) noexcept {
        if (this != &other) {
            reset();
            value_ = std::exchange(other.value_, nullptr);
        }
        return *this;
    }

    [[nodiscard]] T get() const noexcept { return value_; }
    // Where a C function puts a new handle.
    [[nodiscard]] T* out() {
        reset();
        return &value_;
    }
    void reset() {
        if (value_ != nullptr) Destroy(&value_);
        value_ = nullptr;
    }

private:
    T value_ = nullptr;
};

using DatabaseHandle = DuckdbHandle<duckdb_database, duckdb_close>;
using ConnectionHandle = DuckdbHandle<duckdb_connection, duckdb_disconnect>;
using ConfigHandle = DuckdbHandle<duckdb_config, duckdb_destroy_config>;
using PreparedHandle = DuckdbHandle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using PendingHandle = DuckdbHandle<duckdb_pending_result, duckdb_destroy_pending>;
using ChunkHandle = DuckdbHandle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using TypeHandle = DuckdbHandle<duckdb_logical_type, duckdb_destroy_logical_type>;
using ScalarFunctionHandle = DuckdbHandle<duckdb_scalar_function, duckdb_destroy_scalar_function>;
using AggregateFunctionHandle = DuckdbHandle<duckdb_aggregate_function, duckdb_destroy_aggregate_function>;
using TableFunctionHandle = DuckdbHandle<duckdb_table_function, duckdb_destroy_table_function>;
using ValueHandle = DuckdbHandle<duckdb_value, duckdb_destroy_value>;

// A result is a struct that is destroyed even when the query failed.
class ResultHandle {
public:
    ResultHandle() = default;
    ~ResultHandle() { duckdb_destroy_result(&result_); }
    ResultHandle(const ResultHandle&) = delete;
    ResultHandle& operator=(const ResultHandle&) = delete;

    [[nodiscard]] duckdb_result* out() noexcept { return &result_; }
    [[nodiscard]] duckdb_result& get() noexcept { return result_; }

private:
    duckdb_result result_{};
};

}  // namespace sluice
