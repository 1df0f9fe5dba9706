// How our scalar functions go over the rows of a chunk. For this folder only.
#pragma once

#include <duckdb.h>

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "engine/duckdb/vectors.hpp"

namespace sluice {

struct ScalarFunction {
    const char* name;
    std::vector<duckdb_type> parameters;
    duckdb_type result;  // a list is one of texts
    duckdb_scalar_function_t body;
};

[[nodiscard]] inline const DuckdbSettings& settings_of(duckdb_function_info info) {
    return *static_cast<const DuckdbSettings*>(duckdb_scalar_function_get_extra_info(info));
}

// What a row function answers: "" when it filled `out`, else why it cannot.
using Fault = std::string;

// Maps each row whose inputs are all valid; the others give NULL. An exception (memory) becomes DuckDB's error.
template <typename Fill>
void map_rows(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output, Fill fill) try {
    const idx_t columns = duckdb_data_chunk_get_column_count(input);
    const idx_t rows = duckdb_data_chunk_get_size(input);
    for (idx_t row = 0; row < rows; ++row) {
        bool valid = true;
        for (idx_t column = 0; column < columns && valid; ++column) valid = VectorView<char>(input, column).valid(row);
        if (!valid) {
            set_null(output, row);
        } else if (const Fault fault = fill(row); !fault.empty()) {
            return duckdb_scalar_function_set_error(info, fault.c_str());
        }
    }
} catch (const std::exception& error) {
    duckdb_scalar_function_set_error(info, error.what());
}

// The common case: one text in, one text out.
template <typename Row>
void map_text(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output, Row append) {
    const VectorView<duckdb_string_t> texts(input, 0);
    std::string out;
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        out.clear();
        Fault fault = append(text_of(texts[row]), out);
        if (fault.empty()) set_text(output, row, out);
        return fault;
    });
}

}  // namespace sluice
