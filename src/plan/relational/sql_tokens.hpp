// Which columns of a query's result are columns of its inputs, untouched: they carry their tokens to the letter.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

#include "plan/relational/sql_order.hpp"

namespace sluice {

// A column of the result that is column `column` of an input.
struct CarriedColumn {
    const BoundColumn* column = nullptr;
    std::string token;  // the hidden column with its tokens
};

// By the result's columns, whose names are `results`; nothing where a column is computed, or where it cannot be told
// which mention of an input it comes from.
[[nodiscard]] std::vector<std::optional<CarriedColumn>> carried_columns(const nlohmann::json& node,
                                                                        const OutermostScope& scope,
                                                                        const std::vector<OrderedInput>& inputs,
                                                                        const std::vector<std::string>& results);

}  // namespace sluice
