// One column on its way into a Parquet file: how its values are written there, and what was seen of them, from which
// its type is chosen. Times go as integers, everything else as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/duckdb/duckdb_engine.hpp"
#include "engine/parquet/parquet_type.hpp"
#include "formats/value_rendering.hpp"
#include "rows/row_stream.hpp"
#include "rows/time_reader.hpp"
#include "utils/result.hpp"

namespace sluice {

class ParquetOutputColumn {
public:
    ParquetOutputColumn(const OutputColumn& column, ValueStyle style);

    // Adds a value to what was seen.
    void see(const Token& token);
    // The same, and gives it to the column `at` of a table. Fails (kind data) for a time that Parquet cannot hold.
    [[nodiscard]] Result<> put(const Token& token, std::size_t at, TableAppender& out);

    [[nodiscard]] AppendedColumn appended() const { return time_ ? AppendedColumn::integer : AppendedColumn::text; }
    [[nodiscard]] const ParquetValues& values() const { return values_; }
    [[nodiscard]] const std::string& name() const { return column_.name; }
    // Of all values that were seen.
    [[nodiscard]] ParquetType type() const;

private:
    void see_text();
    void see_integer(std::int64_t value);
    [[nodiscard]] Result<> put_time(const Token& token, std::size_t at, TableAppender& out);

    OutputColumn column_;
    ValueRendering rendering_;
    bool time_;
    bool nanoseconds_;
    TimeReader times_;
    ParquetValues values_;
    bool any_ = false;  // integers
    std::string text_;  // the value as it is written
};

}  // namespace sluice
