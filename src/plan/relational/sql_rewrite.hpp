// What is refused on the syntax tree of a user's SQL, and how casts of columns without a type are read.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

struct SqlRewrite {
    // Why a column of this name cannot be computed on; nothing when it can. Names compare as SQL compares them.
    std::function<std::optional<std::string>(const std::string&)> refused_column;
    std::function<bool(const std::string&)> is_column;
};

// Rewrites the tree of one SELECT in place: casts of refused columns read their plain text. Fails (kind data, without a
// place) for a refused column that is computed on and for what could not be repeated, whatever its order of rows.
[[nodiscard]] Result<> rewrite_sql(nlohmann::json& node, const SqlRewrite& rewrite);

// Adds all of the result's columns to the end of the order of the outermost SELECT.
void order_outermost(nlohmann::json& node, std::size_t columns);

// Every name that the tree refers to as a column.
[[nodiscard]] std::set<std::string> column_names_of_sql(const nlohmann::json& node);
// The names of the outermost SELECT's columns, as far as the text says them.
[[nodiscard]] std::vector<std::string> result_names_of_sql(const nlohmann::json& node);

}  // namespace sluice
