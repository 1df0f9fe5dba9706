// Makes the user's SQL give the same rows whatever the number of threads, the memory and the blocks. DuckDB keeps no
// order of rows, so every place where an order matters gets a total one, behind what the user wrote:
//
// - where a FROM mentions inputs, each mention also has the order columns of its relation, hidden: rows that are equal
//   by the user's order stand in input order;
// - rows of a subquery in a FROM have no such order: there all columns of the row break ties, and rows that are equal
//   in all of them are the same;
// - groups are told apart by their keys;
// - aggregates that add up doubles add them in the order of the doubles.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <vector>

#include "plan/relational/bound_relation.hpp"
#include "utils/result.hpp"

namespace sluice {

// An input of the query, and what it is read through.
struct OrderedInput {
    std::string name;
    const BoundRelation* relation = nullptr;
    // A SELECT with the columns under their names and, hidden, hidden_order() and hidden_token() of this mention.
    std::function<Result<nlohmann::json>(std::size_t mention)> with_hidden;
};

// One mention of an input in a FROM; mentions are counted over the whole query.
struct Mention {
    std::string alias;  // lower case
    std::size_t input = 0;
    std::size_t number = 0;
};

// What the outermost SELECT reads; no mentions when they have nothing hidden, or when the rows of the result are not
// those of the FROM (groups, set operations, DISTINCT).
struct OutermostScope {
    std::vector<Mention> mentions;
};

[[nodiscard]] std::string hidden_order(std::size_t mention, std::size_t column);
[[nodiscard]] std::string hidden_token(std::size_t mention, std::size_t column);

// Rewrites the tree of one SELECT in place; the order of its outermost rows is left to order_outermost(). Fails (kind
// data, without a place) for what can have no such order: the message says what to write instead.
[[nodiscard]] Result<OutermostScope> make_repeatable(nlohmann::json& node, const std::vector<OrderedInput>& inputs);

}  // namespace sluice
