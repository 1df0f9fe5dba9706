#include "plan/relational/step_query.hpp"

#include <fmt/format.h>

namespace sluice {

std::string GroupPasses::tail(std::uint64_t pass, std::uint64_t count) const {
    // The hash is mixed once more: by its lowest bits DuckDB finds the slots of a grouping.
    return fmt::format("{} AND hash(hash({}), 0) % {} = {}{}", rows, keys, count, pass, groups);
}

std::string GroupPasses::group_count() const {
    return fmt::format("SELECT approx_count_distinct(hash({})) {}", keys, rows);
}

std::string StepQuery::select() const {
    std::string list;
    const auto add = [&](std::string_view value, char letter, std::size_t index) {
        list += fmt::format("{}{} AS {}{}", list.empty() ? "" : ", ", value, letter, index);
    };
    for (std::size_t index = 0; index < order_values.size(); ++index) add(order_values[index], 'o', index);
    for (std::size_t index = 0; index < values.size(); ++index)
        if (!values[index].empty()) add(values[index], 'c', index);
    return fmt::format("SELECT {}{} {}", list, also, tail);
}

std::string StepQuery::ordered_tokens() const {
    std::string list;
    for (std::size_t index = 0; index < values.size(); ++index)
        list += fmt::format("{}c{}", index == 0 ? "" : ", ", index);
    return fmt::format("SELECT {} FROM ({}) ORDER BY {}", list.empty() ? "NULL" : list, select(), order_by(order));
}

void StepContext::warn(const Location& location, std::string_view what) const {
    warnings.push_back(fmt::format("{}: step '{}': {}", location.text(), relation.name, what));
}

std::string token_of_column(const std::optional<std::size_t>& column, std::string_view prefix) {
    return column ? fmt::format("{}c{}", prefix, *column) : "CAST(NULL AS VARCHAR)";
}

StepQuery carried(const StepContext& context, const BoundRelation& input) {
    StepQuery query;
    query.columns = input.columns;
    for (std::size_t index = 0; index < input.columns.size(); ++index)
        query.values.push_back(context.needed.has(input.columns[index].name) ? fmt::format("c{}", index)
                                                                             : std::string{});
    query.order = input.order;
    query.order_values = order_values_of(input);
    return query;
}

Result<std::optional<std::size_t>> column_of(const StepContext& context, const NamedColumn& column,
                                             const BoundRelation& input) {
    const auto found = input.find(column.name);
    if (!found && input.rows != 0)
        return context.refuse(column.location, "no_column", context.refusals.no_column(column.name, input));
    return found;
}

std::vector<std::string> order_values_of(const BoundRelation& input, std::string_view prefix) {
    std::vector<std::string> values;
    for (std::size_t index = 0; index < input.order.size(); ++index)
        values.push_back(fmt::format("{}o{}", prefix, index));
    return values;
}

}  // namespace sluice
