// dedupe: rows are equal when their key bytes are. The one that stays keeps its place.
#include <fmt/format.h>

#include "plan/relational/step_query.hpp"

namespace sluice {

namespace {

// The order of the input from its end.
std::string reversed(const std::vector<OrderColumn>& order) {
    std::string text;
    for (std::size_t index = 0; index < order.size(); ++index)
        text += fmt::format("{}o{} {} NULLS FIRST", index == 0 ? "" : ", ", index,
                            order[index].descending ? "ASC" : "DESC");
    return text;
}

}  // namespace

Result<StepQuery> step_query(const StepContext& context, const DedupeNode& node, const BoundRelation& input) {
    StepQuery query = carried(context, input);
    query.location = node.keys.empty() ? context.relation.location : node.keys.front().location;
    std::string keyed;
    std::string keys;
    std::string has_null;
    for (std::size_t index = 0; index < node.keys.size(); ++index) {
        TRY_ASSIGN(const auto column, column_of(context, node.keys[index], input));
        keyed += fmt::format(", sl_key({}) AS k{}", token_of_column(column), index);
        keys += fmt::format("{}k{}", index == 0 ? "" : ", ", index);
        has_null += fmt::format("k{} IS NULL OR ", index);
    }
    query.tail =
        fmt::format("FROM (SELECT *{} FROM {}) QUALIFY {}row_number() OVER (PARTITION BY {} ORDER BY {}) = 1", keyed,
                    input.table, has_null, keys, node.keep_last ? reversed(input.order) : order_by(input.order));
    return query;
}

}  // namespace sluice
