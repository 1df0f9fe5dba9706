#include "transformers/group_by.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/tree.hpp"
#include "config/validation.hpp"
#include "transformers/aggregate_call.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {
namespace {

constexpr std::string_view kAggregateForm = "such as aggregate: {requests: count(*), avg_time: avg(response_time)}";

std::vector<AggregateColumn> read_aggregates(const Tree& map, const ConfigItem& step, Diagnostics& diagnostics) {
    std::vector<AggregateColumn> columns;
    if (!map.is_map() || map.entries().empty()) {
        diagnostics.add(map.location(),
                        fmt::format("'aggregate' must be a map of new columns, not {}",
                                    map.is_map() ? "an empty one" : map.kind_name()),
                        {}, std::string(kAggregateForm));
        return columns;
    }
    for (const Tree::Entry& entry : map.entries()) {
        if (entry.value.faulty()) continue;
        if (!entry.value.is_scalar()) {
            diagnostics.add(entry.value.is_null() ? entry.key.location() : entry.value.location(),
                            fmt::format("column {} must be the call of an aggregate, not {}",
                                        in_quotes(entry.key.text()), entry.value.kind_name()),
                            {}, std::string(kAggregateForm));
            continue;
        }
        auto column = read_aggregate(entry.key.text(), {entry.value.text(), entry.value.location()}, diagnostics);
        if (!column) continue;
        if (column->argument) check_expression(*column->argument, step, diagnostics);
        columns.push_back(std::move(*column));
    }
    return columns;
}

}  // namespace

Schema GroupByStep::schema() {
    return {
        .type = kType,
        .doc = "Sums, means and the like of each key; rows by key ascending.",
        .fields = {
            {.name = "name", .doc = "The step's name.", .required = true},
            from_field(),
            {.name = "group_by",
             .type = FieldType::text_list,
             .doc = "The key column, or a list.",
             .required = true,
             .may_be_empty = true,
             .details = "One row per key, by key ascending."},
            {.name = "aggregate",
             .type = FieldType::any,
             .doc = "New columns and the aggregates that they hold, such as {avg_time: avg(response_time)}.",
             .required = true,
             .details = "`mean_gap` stands alone in its step.",
             .example = "{requests: count(*)}",
             .shape = R"({"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/text"}})"}}};
}

std::unique_ptr<Transformer> GroupByStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<GroupByStep>();
    result->from_ = reference(step.section, "from");
    auto [names, locations] = column_names(step.section.texts("group_by"), kType, diagnostics);
    result->keys_ = std::move(names);
    result->key_locations_ = std::move(locations);
    if (const Tree* map = step.section.node("aggregate"))
        result->aggregates_ = read_aggregates(*map, step, diagnostics);
    for (const AggregateColumn& column : result->aggregates_) {
        if (std::ranges::find(result->keys_, column.name) != result->keys_.end()) {
            diagnostics.add(column.location,
                            fmt::format("the aggregate {} has the name of a key", in_quotes(column.name)), {},
                            "give it another name");
        }
        if (column.function == Aggregation::mean_gap && result->aggregates_.size() > 1) {
            diagnostics.add(
                column.location, "mean_gap must stand alone in its group_by", {},
                "groups without a time are left out of it: put the other aggregates into a step of their own");
        }
    }
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node GroupByStep::node(const std::vector<RelationId>& relations) const {
    return GroupByNode{
        .input = relations.at(0), .keys = keys_, .key_locations = key_locations_, .aggregates = aggregates_};
}

}  // namespace sluice
