#include "plan/relational/repeatable_functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plan/relational/sql_tree.hpp"

namespace sluice {

namespace {

using namespace std::string_view_literals;

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
    return std::ranges::find(names, name) != names.end();
}

constexpr std::array kClocks{"ago"sv,
                             "current_date"sv,
                             "current_localtime"sv,
                             "current_localtimestamp"sv,
                             "current_time"sv,
                             "current_timestamp"sv,
                             "get_current_time"sv,
                             "get_current_timestamp"sv,
                             "localtime"sv,
                             "localtimestamp"sv,
                             "now"sv,
                             "pg_conf_load_time"sv,
                             "pg_postmaster_start_time"sv,
                             "today"sv,
                             "transaction_timestamp"sv};

constexpr std::array kChance{"gen_random_uuid"sv, "random"sv, "reservoir_quantile"sv, "setseed"sv, "uuid"sv,
                             "uuidv4"sv,          "uuidv7"sv};

// What they tell is of this process, its settings or its catalog.
constexpr std::array kSurroundings{"current_catalog"sv,
                                   "current_connection_id"sv,
                                   "current_database"sv,
                                   "current_query"sv,
                                   "current_query_id"sv,
                                   "current_role"sv,
                                   "current_schema"sv,
                                   "current_schemas"sv,
                                   "current_setting"sv,
                                   "current_transaction_id"sv,
                                   "current_user"sv,
                                   "currval"sv,
                                   "get_block_size"sv,
                                   "getenv"sv,
                                   "getvariable"sv,
                                   "in_search_path"sv,
                                   "nextval"sv,
                                   "session_user"sv,
                                   "sleep_ms"sv,
                                   "stats"sv,
                                   "txid_current"sv,
                                   "user"sv,
                                   "vector_type"sv,
                                   "version"sv,
                                   "write_log"sv,
                                   "col_description"sv,
                                   "format_pg_type"sv,
                                   "format_type"sv,
                                   "has_any_column_privilege"sv,
                                   "has_column_privilege"sv,
                                   "has_database_privilege"sv,
                                   "has_foreign_data_wrapper_privilege"sv,
                                   "has_function_privilege"sv,
                                   "has_language_privilege"sv,
                                   "has_schema_privilege"sv,
                                   "has_sequence_privilege"sv,
                                   "has_server_privilege"sv,
                                   "has_table_privilege"sv,
                                   "has_tablespace_privilege"sv,
                                   "inet_client_addr"sv,
                                   "inet_client_port"sv,
                                   "inet_server_addr"sv,
                                   "inet_server_port"sv,
                                   "map_to_pg_oid"sv,
                                   "obj_description"sv,
                                   "shobj_description"sv};

// Shorthands of DuckDB whose order or rounding cannot be told from outside.
struct Shorthand {
    std::string_view name;
    std::string_view instead;
};
constexpr std::array kShorthands{
    Shorthand{"approx_top_k", "GROUP BY the value, ORDER BY count(*) DESC and the value, and LIMIT"},
    Shorthand{"fill", "coalesce() over lag() and lead()"},
    Shorthand{"geomean", "exp(avg(ln(x)))"},
    Shorthand{"geometric_mean", "exp(avg(ln(x)))"},
    Shorthand{"json_group_array", "to_json(list(x ORDER BY ...))"},
    Shorthand{"json_group_object", "to_json(map_from_entries(list((key, value) ORDER BY ...)))"},
    Shorthand{"json_group_structure", "json_structure(to_json(list(x ORDER BY ...)))"},
    Shorthand{"wavg", "sum(value * weight) / sum(weight)"},
    Shorthand{"weighted_avg", "sum(value * weight) / sum(weight)"},
};

constexpr std::array kWords{"current_catalog"sv, "current_date"sv,      "current_role"sv, "current_schema"sv,
                            "current_time"sv,    "current_timestamp"sv, "current_user"sv, "localtime"sv,
                            "localtimestamp"sv,  "session_user"sv,      "user"sv};

constexpr std::array kAnyOrder{"approx_count_distinct"sv, "bit_and"sv, "bit_or"sv, "bit_xor"sv, "bitstring_agg"sv,
                               "bool_and"sv, "bool_or"sv, "count"sv, "count_if"sv, "count_star"sv, "countif"sv,
                               "histogram"sv, "histogram_exact"sv, "mad"sv, "max"sv, "median"sv, "min"sv, "quantile"sv,
                               "quantile_cont"sv, "quantile_disc"sv, "regr_count"sv, "sum_no_overflow"sv,
                               // make_sums_exact() sees to these, whatever they add up.
                               "avg"sv, "favg"sv, "fsum"sv, "kahan_sum"sv, "mean"sv, "sum"sv, "sumkahan"sv};

constexpr std::array kTies{"arg_max"sv, "arg_max_null"sv, "arg_max_nulls_last"sv,
                           "arg_min"sv, "arg_min_null"sv, "arg_min_nulls_last"sv,
                           "argmax"sv,  "argmin"sv,       "max_by"sv,
                           "min_by"sv,  "mode"sv};

constexpr std::array kRows{"any_value"sv, "arbitrary"sv, "array_agg"sv, "first"sv,     "group_concat"sv,
                           "last"sv,      "list"sv,      "listagg"sv,   "string_agg"sv};

constexpr std::array kRounding{"approx_quantile"sv, "corr"sv,         "covar_pop"sv,  "covar_samp"sv, "entropy"sv,
                               "kurtosis"sv,        "kurtosis_pop"sv, "product"sv,    "regr_avgx"sv,  "regr_avgy"sv,
                               "regr_intercept"sv,  "regr_r2"sv,      "regr_slope"sv, "regr_sxx"sv,   "regr_sxy"sv,
                               "regr_syy"sv,        "sem"sv,          "skewness"sv,   "stddev"sv,     "stddev_pop"sv,
                               "stddev_samp"sv,     "var_pop"sv,      "var_samp"sv,   "variance"sv};

bool is_of_postgres(std::string_view name) {
    return name.starts_with("pg_") && name != "pg_typeof" && name != "pg_size_pretty";
}

constexpr std::string_view kMoment =
    "write DATE '${param.date}' instead, and give the date with --param date=2026-01-31";

}  // namespace

std::optional<std::string> unrepeatable_function(std::string_view name, std::size_t arguments) {
    const std::string lowered = sql::lower(name);
    if (is_one_of(lowered, kClocks) || (lowered == "age" && arguments == 1))
        return fmt::format("{}() depends on the moment of the run, so the result could not be repeated; {}", lowered,
                           kMoment);
    if (lowered == "reservoir_quantile")
        return "reservoir_quantile() depends on chance, so the result could not be repeated; write quantile_cont()";
    if (is_one_of(lowered, kChance))
        return fmt::format(
            "{}() gives another value each time, so the result could not be repeated; hash() or md5() of columns "
            "gives values that are as scattered, and always the same",
            lowered);
    if (is_one_of(lowered, kSurroundings) || is_of_postgres(lowered))
        return fmt::format(
            "{}() tells of the process that computes, not of the data, so the result could not be repeated; leave it "
            "out, or write its value",
            lowered);
    if (lowered.starts_with("sl_")) return fmt::format("there is no function {}()", lowered);
    if (lowered == "error") return "error() cannot be used in a pipeline; leave rows out with a condition instead";
    for (const Shorthand& shorthand : kShorthands)
        if (shorthand.name == lowered)
            return fmt::format("the value of {}() depends on the order in which rows are met; write {}", lowered,
                               shorthand.instead);
    return std::nullopt;
}

std::optional<std::string> unrepeatable_word(std::string_view word) {
    return is_one_of(sql::lower(word), kWords) ? unrepeatable_function(word, 0) : std::nullopt;
}

AggregateOrder aggregate_order(std::string_view name) {
    const std::string lowered = sql::lower(name);
    if (is_one_of(lowered, kAnyOrder)) return AggregateOrder::none;
    if (is_one_of(lowered, kTies)) return AggregateOrder::ties;
    if (is_one_of(lowered, kRows)) return AggregateOrder::rows;
    if (is_one_of(lowered, kRounding)) return AggregateOrder::rounding;
    return AggregateOrder::not_an_aggregate;
}

}  // namespace sluice
