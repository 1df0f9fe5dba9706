// union: the order is the input's number, then the order columns of all inputs, each null in the rows of the others; so
// a row can still be found in its source.
#include <fmt/format.h>

#include <map>

#include "plan/relational/step_query.hpp"

namespace sluice {

namespace {

struct UnitedColumn {
    BoundColumn column;
    std::vector<std::optional<std::size_t>> at;  // by input
    std::size_t from = 0;                        // the input that the column's meaning comes from
};

// What a column means does not depend on the row: times among other values would be written as what they are not.
Result<> unite(const StepContext& context, const UnionNode& node, const std::vector<std::string_view>& names,
               UnitedColumn& into, const BoundColumn& other, std::size_t input) {
    BoundColumn& column = into.column;
    if (!may_have_values(other.facts)) return {};
    if (!may_have_values(column.facts)) {
        column = other;
        into.from = input;
        return {};
    }
    if (column.meaning != other.meaning || column.notation != other.notation) {
        const auto words = [&](const BoundColumn& side) {
            if (side.meaning == Meaning::value) return std::string("no times or durations");
            if (side.meaning == Meaning::duration) return std::string("durations");
            return fmt::format("times ({}{})", side.meaning == Meaning::timestamp ? "timestamp" : "timestamp_ns",
                               side.notation.in_words());
        };
        return context.refuse(
            node.location, "union_kinds",
            fmt::format("column '{}' holds {} in '{}' and {} in '{}'; declare it alike under `types:` "
                        "of the sources, or cast it before",
                        column.name, words(column), names[into.from], words(other), names[input]));
    }
    const bool by_survey = column.facts.unsurveyed || other.facts.unsurveyed || column.facts.two_types ||
                           other.facts.two_types || column.facts.computed != other.facts.computed;
    column.facts = by_survey ? unsurveyed_facts(column.facts.declared) : merged(column.facts, other.facts);
    return {};
}

Result<std::vector<UnitedColumn>> united_columns(const StepContext& context, const UnionNode& node,
                                                 const std::vector<std::string_view>& names,
                                                 const std::vector<const BoundRelation*>& inputs) {
    std::vector<UnitedColumn> united;
    std::map<std::string_view, std::size_t> positions;
    for (std::size_t input = 0; input < inputs.size(); ++input) {
        for (std::size_t index = 0; index < inputs[input]->columns.size(); ++index) {
            const BoundColumn& column = inputs[input]->columns[index];
            const auto [position, is_new] = positions.emplace(column.name, united.size());
            if (is_new)
                united.push_back({column, std::vector<std::optional<std::size_t>>(inputs.size()), input});
            else
                TRY(unite(context, node, names, united[position->second], column, input));
            united[position->second].at[input] = index;
        }
    }
    return united;
}

}  // namespace

Result<StepQuery> union_query(const StepContext& context, const UnionNode& node,
                              const std::vector<std::string_view>& names,
                              const std::vector<const BoundRelation*>& inputs) {
    TRY_ASSIGN(auto united, united_columns(context, node, names, inputs));
    StepQuery query;
    query.location = node.location;
    query.order.push_back({});
    query.order_values.emplace_back("u");
    std::vector<std::string> nulls;  // of each order column of each input
    for (const BoundRelation* input : inputs) {
        std::string list;
        for (const std::string& value : order_values_of(*input)) list += (list.empty() ? "" : ", ") + value;
        TRY_ASSIGN(const auto types, context.engine.describe(fmt::format("SELECT {} FROM {}", list, input->table)));
        for (std::size_t index = 0; index < input->order.size(); ++index) {
            query.order_values.push_back(fmt::format("u{}", nulls.size()));
            query.order.push_back(input->order[index]);
            nulls.push_back(fmt::format("CAST(NULL AS {})", types.at(index).type));
        }
    }
    std::string branches;
    std::size_t first = 0;  // order column of the input
    for (std::size_t input = 0; input < inputs.size(); ++input) {
        std::string list = fmt::format("{} AS u", input);
        const std::size_t end = first + inputs[input]->order.size();
        for (std::size_t index = 0; index < nulls.size(); ++index)
            list += fmt::format(
                ", {} AS u{}", index >= first && index < end ? fmt::format("o{}", index - first) : nulls[index], index);
        first = end;
        for (std::size_t index = 0; index < united.size(); ++index)
            if (context.needed.has(united[index].column.name))
                list += fmt::format(", {} AS v{}", token_of_column(united[index].at[input]), index);
        branches += fmt::format("{}SELECT {} FROM {}", input == 0 ? "" : " UNION ALL ", list, inputs[input]->table);
    }
    for (std::size_t index = 0; index < united.size(); ++index) {
        query.values.push_back(context.needed.has(united[index].column.name) ? fmt::format("v{}", index) : "");
        query.columns.push_back(std::move(united[index].column));
    }
    query.tail = fmt::format("FROM ({})", branches);
    return query;
}

}  // namespace sluice
