// The user's expressions, bound to the columns of a relation: names resolved exactly as written, each column replaced
// on DuckDB's own syntax tree by its typed value, and what has no place in an expression refused.
#pragma once

#include <optional>
#include <set>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "plan/logical.hpp"
#include "plan/relational/step_query.hpp"

namespace sluice {

struct BoundExpression {
    std::optional<std::size_t> column;  // a bare column name: it is carried, nothing is computed
    std::string sql;                    // else the value, over typed_input()
    std::string type;                   // and its DuckDB type
};

// A column of a step's result, and its token.
struct ColumnValue {
    BoundColumn column;
    std::string token;
    bool computed = false;  // else it is one of the input's, carried
};

// Binds expressions over one input. Order of calls: bind() for each, then typed_input().
class ExpressionBinding {
public:
    ExpressionBinding(const StepContext& context, const BoundRelation& input) : context_(context), input_(input) {}

    // Fails (kind data) with place and reason. `nothing` when a column is missing and the input has no rows.
    [[nodiscard]] Result<std::optional<BoundExpression>> bind(const Expression& expression);

    // The column `name` that the expression gives: as bind(), and refuses what has no token. A column of nulls when the
    // expression names a missing column and the input has no rows.
    [[nodiscard]] Result<ColumnValue> column(const std::string& name, const Expression& expression);

    // The input's table with what the bound expressions read: (SELECT *, ... FROM t).
    [[nodiscard]] std::string typed_input() const;

private:
    [[nodiscard]] Result<> replace_columns(nlohmann::json& tree, std::set<std::string> lambda_names,
                                           bool may_be_lambda);
    [[nodiscard]] Result<> replace_column(nlohmann::json& reference, bool as_text);
    [[nodiscard]] Result<std::size_t> resolve(const nlohmann::json& reference) const;
    [[nodiscard]] Result<std::string> type_of(const std::string& sql) const;
    // DuckDB would turn text into a number to compare it, so that '007' = 7; here text never equals a number.
    [[nodiscard]] Result<> check_comparisons(const nlohmann::json& tree) const;

    const StepContext& context_;
    const BoundRelation& input_;
    std::set<std::size_t> typed_;  // columns read as sl_t<i>
    std::set<std::size_t> plain_;  // columns read as sl_p<i>, text
    bool missing_ = false;
};

// DuckDB's reason in words that name the user's columns instead of ours; `names` are those of the input.
[[nodiscard]] std::string in_user_words(std::string_view reason, const std::vector<std::string>& names);

// The names of the columns that an expression may read: all references on its tree. Empty when it does not parse.
[[nodiscard]] std::set<std::string> columns_of_expression(const std::string& expression);

}  // namespace sluice
