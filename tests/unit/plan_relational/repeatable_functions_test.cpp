// What DuckDB says of its functions, beside what our lists say.
#include "plan/relational/repeatable_functions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/duckdb/duckdb_engine.hpp"

namespace sluice {
namespace {

std::vector<std::string> names(const std::string& condition) {
    auto engine = DuckdbEngine::open({});
    EXPECT_TRUE(engine);
    const auto rows = (*engine)->rows("SELECT DISTINCT function_name FROM duckdb_functions() WHERE " + condition +
                                      " ORDER BY function_name");
    if (!rows) ADD_FAILURE() << rows.error().message;
    if (!rows) return {};
    std::vector<std::string> found;
    for (const auto& row : *rows) found.push_back(*row[0]);
    EXPECT_FALSE(found.empty());
    return found;
}

TEST(RepeatableFunctions, WhatDuckdbDoesNotCallConsistentIsRefused) {
    for (const std::string& name : names("stability <> 'CONSISTENT'"))
        EXPECT_TRUE(unrepeatable_function(name, 0)) << name;
    for (const std::string& name : names("schema_name = 'pg_catalog' AND function_type = 'macro'"))
        EXPECT_TRUE(unrepeatable_function(name, 0) || name == "pg_typeof" || name == "pg_size_pretty") << name;
    for (const char* name : {"version", "getvariable", "current_setting", "current_localtimestamp", "NOW", "sl_sum"})
        EXPECT_TRUE(unrepeatable_function(name, 0)) << name;
    EXPECT_TRUE(unrepeatable_function("age", 1));
    for (const char* name : {"age", "upper", "hash", "strftime", "sum"})
        EXPECT_FALSE(unrepeatable_function(name, 2)) << name;
}

TEST(RepeatableFunctions, MacrosOverWhatIsNotConsistentAreRefused) {
    for (const std::string& name :
         names("function_type = 'macro' AND schema_name = 'main' AND regexp_matches(macro_definition, "
               "'current_|now[(]|random|''duckdb''|string_agg[(]CASE|avg[(]|sum[(]')"))
        EXPECT_TRUE(unrepeatable_function(name, 0) || name.starts_with("list_") || name.starts_with("array_")) << name;
}

TEST(RepeatableFunctions, EveryAggregateIsKnown) {
    // Only with OVER, where they are looked at by name.
    const std::set<std::string> windows{"cume_dist", "dense_rank", "first_value",  "lag",  "last_value", "lead",
                                        "nth_value", "ntile",      "percent_rank", "rank", "rank_dense", "row_number"};
    for (const std::string& name : names("function_type = 'aggregate' AND NOT starts_with(function_name, 'sl_')")) {
        const bool known = aggregate_order(name) != AggregateOrder::not_an_aggregate;
        EXPECT_TRUE(known || unrepeatable_function(name, 1) || windows.contains(name)) << name;
    }
    EXPECT_EQ(aggregate_order("upper"), AggregateOrder::not_an_aggregate);
    EXPECT_EQ(aggregate_order("MAX"), AggregateOrder::none);
}

}  // namespace
}  // namespace sluice
