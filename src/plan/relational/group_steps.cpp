// count_by and group_by. Groups are those of equal key bytes; rows with a null key are left out. Sums and means are
// exact, so they do not depend on the order in which DuckDB's threads meet the rows: sums of decimals, which DuckDB
// spills, or where those might overflow ours (aggregate_functions.hpp).
// What depends on order (first, last, min, max among equals, mean_gap) names the order columns, and keeps one row a
// group.
#include <fmt/format.h>

#include "plan/relational/aggregate_rules.hpp"
#include "plan/relational/expression_binding.hpp"
#include "plan/relational/step_query.hpp"

namespace sluice {

namespace {

// The keys of a grouping: k0, k1, ... and, where it matters, p0, p1, ... (written as an integer).
struct GroupKeys {
    std::string list;       // of the inner SELECT
    std::string condition;  // every key is there
    std::string group;
    std::vector<BoundColumn> columns;
    std::vector<std::string> tokens;
};

GroupKeys group_keys(const StepContext& context, const std::vector<std::string>& names,
                     const std::vector<Location>& locations, const BoundRelation& input) {
    GroupKeys keys;
    for (std::size_t index = 0; index < names.size(); ++index) {
        const auto column = input.find(names[index]);
        if (!column) warn_of_no_key(context, names[index], locations[index], input);
        BoundColumn bound = column ? input.columns[*column] : computed_column(names[index], "NULL");
        const std::string token = token_of_column(column);
        keys.list += fmt::format(", sl_key({}) AS k{}", token, index);
        const bool spelled = spelling_matters(bound.facts);
        if (spelled) keys.list += fmt::format(", sl_spelled({}) AS p{}", token, index);
        keys.condition += fmt::format("{}k{} IS NOT NULL", index == 0 ? "" : " AND ", index);
        keys.group += fmt::format("{}k{}", index == 0 ? "" : ", ", index);
        keys.tokens.push_back(fmt::format("sl_key_token(k{}, {})", index,
                                          spelled ? fmt::format("bool_or(p{})", index) : std::string("false")));
        bound.name = names[index];
        keys.columns.push_back(std::move(bound));
    }
    return keys;
}

void begin_with_keys(StepQuery& query, const GroupKeys& keys) {
    query.columns = keys.columns;
    query.values = keys.tokens;
    for (std::size_t index = 0; index < keys.columns.size(); ++index) {
        query.order.push_back({});
        query.order_values.push_back(fmt::format("k{}", index));
    }
}

// What an aggregate is applied to.
struct Argument {
    BoundColumn column;
    std::string token;  // over the input's table with what the binding adds
};

// One aggregate of a group_by.
class AggregateBinding {
public:
    AggregateBinding(const StepContext& context, const BoundRelation& input, ExpressionBinding& binding,
                     const AggregateColumn& aggregate)
        : context_(context), input_(input), binding_(binding), aggregate_(aggregate) {}

    // The result column; its SQL is in value(), a condition on the group in having().
    Result<BoundColumn> bind();
    [[nodiscard]] const std::string& value() const { return value_; }
    [[nodiscard]] const std::string& having() const { return having_; }
    // Whether DuckDB can spill what it keeps for a group.
    [[nodiscard]] bool spills() const { return spills_; }

private:
    Result<Argument> argument();
    Result<BoundColumn> exact(const Argument& argument);
    Result<BoundColumn> gap(const Argument& argument);
    BoundColumn in_order(const Argument& argument, std::string_view function, std::string_view key);
    BoundColumn counted(std::string value);

    const StepContext& context_;
    const BoundRelation& input_;
    ExpressionBinding& binding_;
    const AggregateColumn& aggregate_;
    std::string value_;
    std::string having_;
    bool spills_ = true;
};

Result<Argument> AggregateBinding::argument() {
    if (aggregate_.column) {
        const auto column = input_.find(*aggregate_.column);
        if (column) return Argument{input_.columns[*column], token_of_column(column)};
        warn_of_no_column(context_, aggregate_, input_);
        return Argument{computed_column({}, "NULL"), token_of_column(std::nullopt)};
    }
    TRY_ASSIGN(const auto bound, binding_.bind(*aggregate_.argument));
    if (!bound) return Argument{computed_column({}, "NULL"), token_of_column(std::nullopt)};
    if (bound->column) return Argument{input_.columns[*bound->column], token_of_column(bound->column)};
    const TokenValue token = token_value(bound->type, bound->sql);
    if (token.sql.empty())
        return context_.refuse(aggregate_.argument->location, "does_not_bind",
                               fmt::format("a value of type {} has no place in an output; cast it", bound->type));
    return Argument{computed_column({}, token), token.sql};
}

BoundColumn AggregateBinding::counted(std::string value) {
    value_ = fmt::format("CAST({} AS VARCHAR)", value);
    return computed_column(aggregate_.name, "BIGINT");
}

Result<BoundColumn> AggregateBinding::exact(const Argument& argument) {
    TRY(check_summable(context_, aggregate_, argument.column));
    const ColumnFacts& facts = argument.column.facts;
    const bool sum = aggregate_.function == Aggregation::sum;
    if (sums_as_decimal(facts)) {
        const std::string total = fmt::format("sum({})", decimal_value(facts, argument.token));
        const std::string integers =
            facts.numbers.all_integers ? "true" : fmt::format("bool_and(sl_spelled({}))", argument.token);
        value_ =
            sum ? exact_sum_token(total, integers) : exact_mean_token(total, fmt::format("count({})", argument.token));
    } else {
        spills_ = false;
        value_ = fmt::format("sl_checked({}({}))", sum ? "sl_sum_or_fault" : "sl_avg_or_fault", argument.token);
    }
    BoundColumn column = computed_column(aggregate_.name, "DOUBLE");
    if (sum) column.facts.computed = std::string(kTypeBySurvey);
    return column;
}

Result<BoundColumn> AggregateBinding::gap(const Argument& argument) {
    TRY(check_times(context_, aggregate_, argument.column));
    const std::string time = has_only_nulls(argument.column.facts)
                                 ? "CAST(NULL AS HUGEINT)"
                                 : time_value(argument.column, argument.token, context_.notations);
    const auto at_end = [&](std::string_view function) {
        return fmt::format("{}({}, {}) FILTER (WHERE {} IS NOT NULL)", function, time, sort_key(input_.order),
                           argument.token);
    };
    spills_ = false;
    value_ = fmt::format("sl_mean_gap({} - {}, count({}))", at_end("arg_max"), at_end("arg_min"), argument.token);
    having_ = fmt::format("count({}) > 0", argument.token);
    return computed_column(aggregate_.name, "INTERVAL", Meaning::duration);
}

BoundColumn AggregateBinding::in_order(const Argument& argument, std::string_view function, std::string_view key) {
    spills_ = false;
    value_ = fmt::format("{0}({1}, {2}) FILTER (WHERE {1} IS NOT NULL)", function, argument.token, key);
    BoundColumn column = argument.column;
    column.name = aggregate_.name;
    return column;
}

Result<BoundColumn> AggregateBinding::bind() {
    if (!aggregate_.column && !aggregate_.argument) return counted("count(*)");
    TRY_ASSIGN(const Argument found, argument());
    const auto by_value = [&](std::string_view direction) {
        const std::string value = sort_value(found.column, found.token, context_.notations);
        return in_order(found, "arg_min",
                        sort_key(input_.order, fmt::format("{}, '{} NULLS LAST', ", value, direction)));
    };
    switch (aggregate_.function) {
        case Aggregation::count:
        case Aggregation::count_distinct:
            if (aggregate_.column && !input_.find(*aggregate_.column)) {
                value_ = "CAST(NULL AS VARCHAR)";
                return computed_column(aggregate_.name, "BIGINT");
            }
            if (aggregate_.function == Aggregation::count) return counted(fmt::format("count({})", found.token));
            spills_ = false;
            return counted(fmt::format("count(DISTINCT sl_key({}))", found.token));
        case Aggregation::sum:
        case Aggregation::avg:
            return exact(found);
        case Aggregation::min:
            return by_value("ASC");
        case Aggregation::max:
            return by_value("DESC");
        case Aggregation::first:
            return in_order(found, "arg_min", sort_key(input_.order));
        case Aggregation::last:
            return in_order(found, "arg_max", sort_key(input_.order));
        case Aggregation::mean_gap:
            return gap(found);
    }
    return internal_error("an aggregate that nothing computes");
}

}  // namespace

Result<StepQuery> step_query(const StepContext& context, const CountByNode& node, const BoundRelation& input) {
    const GroupKeys keys = group_keys(context, node.keys, node.key_locations, input);
    StepQuery query;
    query.location = node.key_locations.front();
    begin_with_keys(query, keys);
    query.columns.push_back(computed_column("count", "BIGINT"));
    query.values.emplace_back("CAST(count(*) AS VARCHAR)");
    query.order.insert(query.order.begin(), OrderColumn{.descending = true});
    query.order_values.insert(query.order_values.begin(), "count(*)");
    query.tail = fmt::format("FROM (SELECT *{} FROM {}) WHERE {} GROUP BY {}", keys.list, input.table, keys.condition,
                             keys.group);
    return query;
}

Result<StepQuery> step_query(const StepContext& context, const GroupByNode& node, const BoundRelation& input) {
    const GroupKeys keys = group_keys(context, node.keys, node.key_locations, input);
    ExpressionBinding binding(context, input);
    StepQuery query;
    query.location = node.key_locations.front();
    begin_with_keys(query, keys);
    std::string having;
    GroupPasses passes;
    passes.states = 0;
    for (const AggregateColumn& aggregate : node.aggregates) {
        AggregateBinding bound(context, input, binding, aggregate);
        TRY_ASSIGN(BoundColumn column, bound.bind());
        query.columns.push_back(std::move(column));
        query.values.push_back(bound.value());
        if (!bound.having().empty()) having += (having.empty() ? " HAVING " : " AND ") + bound.having();
        query.location = aggregate.location;
        if (!bound.spills()) ++passes.states;
        passes.keeps_values = passes.keeps_values || aggregate.function == Aggregation::count_distinct;
    }
    passes.rows = fmt::format("FROM (SELECT *{} FROM {}) WHERE {}", keys.list, binding.typed_input(), keys.condition);
    passes.keys = keys.group;
    passes.groups = fmt::format(" GROUP BY {}{}", keys.group, having);
    query.tail = passes.rows + passes.groups;
    if (passes.states > 0) query.passes = std::move(passes);
    return query;
}

}  // namespace sluice
