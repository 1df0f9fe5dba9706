// Reads and fills the vectors of DuckDB's chunks. For this folder only.
#pragma once

#include <duckdb.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "rows/int128.hpp"

namespace sluice {

// A flat column of a chunk.
template <typename T>
class VectorView {
public:
    VectorView(duckdb_data_chunk chunk, idx_t column) : VectorView(duckdb_data_chunk_get_vector(chunk, column)) {}
    explicit VectorView(duckdb_vector vector)
        : data_(static_cast<T*>(duckdb_vector_get_data(vector))), validity_(duckdb_vector_get_validity(vector)) {}

    [[nodiscard]] bool valid(idx_t row) const {
        return validity_ == nullptr || duckdb_validity_row_is_valid(validity_, row);
    }
    [[nodiscard]] T& operator[](idx_t row) const { return data_[row]; }

private:
    T* data_;
    uint64_t* validity_;
};

[[nodiscard]] inline std::string_view text_of(duckdb_string_t& value) {
    return {duckdb_string_t_data(&value), duckdb_string_t_length(value)};
}

inline void set_null(duckdb_vector vector, idx_t row) {
    duckdb_vector_ensure_validity_writable(vector);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

// `text` is valid UTF-8, or the vector is one of blobs.
inline void set_text(duckdb_vector vector, idx_t row, std::string_view text) {
    duckdb_unsafe_vector_assign_string_element_len(vector, row, text.data(), text.size());
}

[[nodiscard]] inline Int128 int128_of(duckdb_hugeint value) {
    return static_cast<Int128>((static_cast<UInt128>(static_cast<uint64_t>(value.upper)) << 64U) | value.lower);
}

[[nodiscard]] inline duckdb_hugeint hugeint_of(Int128 value) {
    return {static_cast<uint64_t>(value), static_cast<int64_t>(value >> 64)};
}

}  // namespace sluice
