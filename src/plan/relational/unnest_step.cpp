// unnest: the order of the input, then that of the elements.
#include <fmt/format.h>

#include "plan/relational/step_query.hpp"

namespace sluice {

Result<StepQuery> step_query(const StepContext& context, const UnnestNode& node, const BoundRelation& input) {
    StepQuery query = carried(context, input);
    query.location = node.column.location;
    TRY_ASSIGN(const auto index, column_of(context, node.column, input));
    const auto clash = input.find(node.as);
    if (clash && clash != index)
        return context.refuse(
            node.column.location, "name_clash",
            fmt::format("there is a column '{}' already; give the elements another name with `as`", node.as));
    BoundColumn elements;
    elements.name = node.as;
    elements.facts = unsurveyed_facts();
    const std::string value = "e";  // also where nobody reads it: what it holds decides what a union says of it
    if (index) {
        query.columns[*index] = std::move(elements);
        query.values[*index] = value;
    } else {
        query.columns.push_back(std::move(elements));
        query.values.push_back(value);
    }
    const std::string list = node.keep_empty ? "CASE WHEN len(l) > 0 THEN l ELSE [NULL] END" : "l";
    query.tail = fmt::format(
        "FROM (SELECT *, unnest(l) AS e, unnest(range(len(l))) AS i FROM "
        "(SELECT * EXCLUDE (l), {} AS l FROM (SELECT *, sl_elements({}) AS l FROM {})))",
        list, token_of_column(index), input.table);
    query.order.push_back({});
    query.order_values.emplace_back("i");
    return query;
}

}  // namespace sluice
