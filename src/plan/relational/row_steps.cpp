// filter, select and sort: steps that keep rows as they are.
#include <fmt/format.h>

#include "plan/relational/expression_binding.hpp"
#include "plan/relational/step_query.hpp"

namespace sluice {

Result<StepQuery> step_query(const StepContext& context, const FilterNode& node, const BoundRelation& input) {
    ExpressionBinding binding(context, input);
    TRY_ASSIGN(const auto condition, binding.bind(node.condition));
    StepQuery query = carried(context, input);
    query.location = node.condition.location;
    if (!condition) {
        query.tail = fmt::format("FROM {} WHERE false", input.table);
        return query;
    }
    std::string sql = condition->sql;
    std::string type = condition->type;
    if (condition->column) {
        const BoundColumn& column = input.columns[*condition->column];
        const TypedValue value = typed_value(column, token_of_column(condition->column), context.notations);
        if (value.fault != TypeFault::none)
            return context.refuse(query.location, "no_type", context.refusals.no_type(column, value.fault));
        sql = value.sql;
        TRY_ASSIGN(const auto described, context.engine.describe(fmt::format("SELECT {} FROM {}", sql, input.table)));
        type = sql == "NULL" ? "BOOLEAN" : described.at(0).type;
    }
    if (type != "BOOLEAN")
        return context.refuse(query.location, "does_not_bind",
                              fmt::format("a condition that is true or false is expected; this one gives {}", type));
    query.tail = fmt::format("FROM {} WHERE {}", binding.typed_input(), sql);
    return query;
}

Result<StepQuery> step_query(const StepContext& context, const SelectNode& node, const BoundRelation& input) {
    ExpressionBinding binding(context, input);
    StepQuery query;
    query.location = context.relation.location;
    bool located = false;
    for (const SelectColumn& wanted : node.columns) {
        std::optional<std::size_t> carried_column;
        if (!wanted.expression) {
            carried_column = input.find(wanted.name);
            if (!carried_column && input.rows != 0)
                return context.refuse(wanted.location, "no_column", context.refusals.no_column(wanted.name, input));
        } else {
            TRY_ASSIGN(ColumnValue value, binding.column(wanted.name, *wanted.expression));
            query.columns.push_back(std::move(value.column));
            query.values.push_back(std::move(value.token));
            if (value.computed && !located) query.location = wanted.expression->location;
            located = located || value.computed;
            continue;
        }
        BoundColumn column = carried_column ? input.columns[*carried_column] : BoundColumn{};
        column.name = wanted.name;
        query.columns.push_back(std::move(column));
        query.values.push_back(token_of_column(carried_column));
    }
    query.order = input.order;
    query.order_values = order_values_of(input);
    query.tail = fmt::format("FROM {}", binding.typed_input());
    return query;
}

Result<StepQuery> step_query(const StepContext& context, const SortNode& node, const BoundRelation& input) {
    StepQuery query = carried(context, input);
    query.location = node.keys.empty() ? context.relation.location : node.keys.front().location;
    query.tail = fmt::format("FROM {}", input.table);
    std::vector<OrderColumn> order;
    std::vector<std::string> values;
    for (const SortKey& key : node.keys) {
        const auto column = input.find(key.column);
        if (!column && input.rows == 0) continue;
        if (!column) return context.refuse(key.location, "no_column", context.refusals.no_column(key.column, input));
        order.push_back({.descending = key.descending});
        values.push_back(sort_value(input.columns[*column], token_of_column(column), context.notations));
    }
    query.order.insert(query.order.begin(), order.begin(), order.end());
    query.order_values.insert(query.order_values.begin(), values.begin(), values.end());
    return query;
}

}  // namespace sluice
