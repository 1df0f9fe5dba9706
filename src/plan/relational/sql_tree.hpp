// Reads and makes nodes of DuckDB's syntax tree (engine/duckdb/syntax.hpp). Only what the rewriting of SQL needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "utils/json.hpp"

namespace sluice::sql {

// The text at `key`; empty when there is none.
[[nodiscard]] std::string text_at(const nlohmann::json& node, const char* key);
// "FUNCTION", "COLUMN_REF", ... of an expression; empty for all else.
[[nodiscard]] inline std::string class_of(const nlohmann::json& node) { return text_at(node, "class"); }
// A SELECT, a set operation or a recursive WITH: what has names of its own.
[[nodiscard]] bool is_query(const nlohmann::json& node);
[[nodiscard]] bool is_select(const nlohmann::json& node);

// DuckDB compares names without case, for ASCII letters.
[[nodiscard]] std::string lower(std::string_view text);

[[nodiscard]] nlohmann::json column_reference(const std::vector<std::string>& names);
// COLUMNS(* EXCLUDE (...)).
[[nodiscard]] nlohmann::json all_columns(const std::vector<std::string>& excluded = {});
// row(*COLUMNS(* EXCLUDE (...))): all columns of the FROM around it as one value.
[[nodiscard]] nlohmann::json whole_row(const std::vector<std::string>& excluded = {});
[[nodiscard]] nlohmann::json number(std::int64_t value);
[[nodiscard]] nlohmann::json cast_to(nlohmann::json child, const char* type);
[[nodiscard]] nlohmann::json call(const char* name, nlohmann::json argument);
// An item of ORDER BY.
[[nodiscard]] nlohmann::json order_item(nlohmann::json expression, bool descending = false);
// ORDER BY the arguments of a function: it cannot tell rows apart that are equal in all of them.
[[nodiscard]] std::vector<nlohmann::json> by_arguments(const nlohmann::json& function);
// (node) AS alias, in a FROM.
[[nodiscard]] nlohmann::json subquery_table(nlohmann::json node, std::string alias);

// An ORDER BY ALL stands alone: there is nothing to add to it.
[[nodiscard]] bool orders_all(const nlohmann::json& orders);
// Whether a SELECT's list says how many columns there are.
[[nodiscard]] bool has_star(const nlohmann::json& select);
// A node's ORDER BY; made in front of its LIMIT when it has none.
[[nodiscard]] nlohmann::json& orders_of(nlohmann::json& node);
// The columns of the result from `first` to `last`, counted from 1.
void add_positions(nlohmann::json& orders, std::size_t first, std::size_t last);

}  // namespace sluice::sql
