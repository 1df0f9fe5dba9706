// Which type a column of a Parquet file gets, from all of its values. Nothing is rounded and nothing is left out:
//   true, false                            BOOLEAN
//   integers                               BIGINT if all are within 64 bits, else DECIMAL(38,0) if all have 38 digits
//   numbers                                DECIMAL(38,s) if all fit it, else DOUBLE if each is the shortest text of its
//                                          double; computed and declared doubles the other way round
//   numbers that fit none of these         text, as written
//   text                                   text
//   arrays, objects; values of two kinds   JSON
//   nothing but nulls                      the computed or declared type, else text
// Times are told by their meaning (parquet_output.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rows/scan.hpp"

namespace sluice {

// What was seen of a column's values.
struct ParquetValues {
    std::uint32_t kinds = 0;  // bit set of 1 << Kind
    NumberSurvey numbers;
    std::uint64_t nulls = 0;
    std::int64_t least = 0;  // of integers within 64 bits, where there are any
    std::int64_t most = 0;
};

struct ParquetType {
    std::string sql;                // the value of a token, with a place for the token: "CAST({} AS BIGINT)"
    bool integers = false;          // least and most are the file's
    std::string_view warning = {};  // why the column is not of the type that one would expect
};

// `wanted` is OutputColumn::type.
[[nodiscard]] ParquetType parquet_type(const ParquetValues& values, std::string_view wanted);

}  // namespace sluice
