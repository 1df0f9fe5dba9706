// Our scalar functions inside DuckDB: what they do to tokens is what every other engine does, by the same code of
// rows/. A token travels as VARCHAR, NULL for null or missing.
//
//   sl_key(token) -> BLOB                      key bytes (rows/key.hpp)
//   sl_key_token(key, spelled) -> VARCHAR      the key as a token
//   sl_spelled(token) -> BOOLEAN               a number written as an integer
//   sl_plain(token) -> VARCHAR                 decoded text; anything else as it is
//   sl_decimal(token) -> VARCHAR               a number without exponent
//   sl_number_class(token) -> INTEGER          what cannot hold the number: 1 int64, 2 int128, 4 double, 8 not a number
//   sl_time(token, notation, ns) -> HUGEINT    a time of a declared timestamp column, in nanoseconds since 1970
//   sl_duration(token) -> INTERVAL             a duration; refuses parts of a microsecond
//   sl_quote(text) -> VARCHAR                  text as a token
//   sl_double(double) -> VARCHAR               a finite double as a token
//   sl_iso(timestamp) -> VARCHAR               a time as a token
//   sl_iso_ns(timestamp_ns) -> VARCHAR          a time as a token
//   sl_interval(interval) -> VARCHAR           a duration token; refuses months
//   sl_json(text) -> VARCHAR                   JSON as a token, laid out on one line
//   sl_checked(token) -> VARCHAR               what sl_sum_or_fault() gave; refuses its faults
//   sl_exact_sum(sum, integers) -> VARCHAR     a sum of decimals, given as text; an integer if all of them are
//   sl_exact_mean(sum, count) -> VARCHAR       their mean, rounded once
//   sl_mean_gap(span, count) -> VARCHAR        a duration token
//
// Of single steps (step_functions.cpp):
//   sl_cast(token, type, notation) -> VARCHAR  the token as a value of a Type; refuses what is none
//   sl_try_cast(token, type, notation) -> VARCHAR  the same; NULL for what is none
//   sl_elements(token) -> VARCHAR[]            the elements of a list; refuses what is none
//   sl_hmac(token, key) -> VARCHAR             the value masked, by a key of DuckdbSettings::mask_keys
//   sl_last4(token) -> VARCHAR                 the value masked but for its end
#pragma once

#include <duckdb.h>

#include "engine/duckdb/duckdb_engine.hpp"
#include "utils/result.hpp"

namespace sluice {

// `settings` has what some arguments count: notations of sl_time, keys of sl_hmac. It outlives the database.
[[nodiscard]] Result<> register_scalar_functions(duckdb_connection connection, const DuckdbSettings& settings);

}  // namespace sluice
