// The columns of Parquet files, and the SQL that reads their values as tokens. What each type becomes:
//   booleans, integers, decimals   the same value
//   FLOAT, DOUBLE                  the shortest digits that give it back; NaN and infinities make a bad row
//   text, enums, UUIDs, DATE, TIME, INTERVAL   text, as DuckDB writes it
//   TIMESTAMP of any unit or zone  a declared timestamp (TIMESTAMP_NS: timestamp_ns), UTC
//   BLOB                           text, in base 64
//   lists, structs, maps           nested JSON
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "formats/scan/row_builder.hpp"
#include "rows/declared_type.hpp"
#include "utils/result.hpp"

namespace sluice {

struct ParquetColumn {
    std::string name;    // as the file has it
    std::string sql;     // its name in DuckDB, which renames what differs only in case
    std::string type;    // as DuckDB calls it
    std::size_t id = 0;  // of its name in the source
};

// Rows that are read by one query, in order.
struct ParquetPart {
    std::size_t file = 0;
    std::uint64_t begin = 0;  // row in the file
    std::uint64_t end = 0;
};

struct ParquetFile {
    std::string name;  // for messages
    std::string path;  // to read
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;
    std::vector<ParquetColumn> columns;
    bool numbered = true;  // rows can be asked for by number
};

// What the footers of a source's files say.
struct ParquetFiles {
    std::vector<ParquetFile> files;
    std::vector<std::uint64_t> first_rows;  // rows before each file; one more than files
    std::vector<std::string> names;         // of columns, by id: in first-seen order over the files
    std::vector<ParquetPart> parts;         // all rows, in order
    DeclaredTypes times;                    // the columns that are timestamps by their type
    // Columns that no file has: the file's name, and the row's number in it, from 1.
    std::optional<std::size_t> name_column = std::nullopt;
    std::optional<std::size_t> line_column = std::nullopt;
};

// Fails (kind data) for what is no Parquet file, for two columns of one name, and for a column that is a timestamp in
// one file and something else in another.
[[nodiscard]] Result<ParquetFiles> read_footers(DuckdbEngine& engine, std::vector<ParquetFile> files);

// Adds the columns of `file_name` and `file_line`, where they have names. Fails (kind data) where a file has such a
// column.
[[nodiscard]] Result<> add_own_columns(const formats::FileColumns& own, ParquetFiles& files);

// The token of a column's value; null for what is not finite.
[[nodiscard]] std::string parquet_token(const ParquetColumn& column);
// NULL, or the id of the first of the file's columns whose value is not finite.
[[nodiscard]] std::string first_not_finite(const ParquetFile& file);

// Says what is wrong with the file instead of what DuckDB says of its path.
[[nodiscard]] Error parquet_error(const Error& error, const ParquetFile& file);

}  // namespace sluice
