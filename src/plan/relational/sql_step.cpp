#include "plan/relational/sql_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/duckdb/syntax.hpp"
#include "plan/relational/sql_order.hpp"
#include "plan/relational/sql_rewrite.hpp"
#include "plan/relational/sql_sums.hpp"
#include "plan/relational/sql_tokens.hpp"
#include "plan/relational/sql_tree.hpp"
#include "utils/json.hpp"

namespace sluice {

using sql::lower;

namespace {

constexpr std::string_view kCarriedType = "STRUCT(sluice_token VARCHAR, sluice_plain VARCHAR)";

// What SQL cannot tell apart, or cannot name.
std::optional<std::string> names_fault(const std::vector<SqlInput>& inputs) {
    std::map<std::string, std::string> relations;
    for (const SqlInput& input : inputs) {
        if (const auto [same, added] = relations.emplace(lower(input.name), input.name); !added)
            return fmt::format("'{}' and '{}' differ only in case, and SQL cannot tell them apart; rename one",
                               same->second, input.name);
        std::map<std::string, std::string> columns;
        for (const BoundColumn& column : input.relation->columns) {
            if (column.name.empty())
                return fmt::format(
                    "'{}' has a column without a name, which SQL cannot name; leave it out with a select step",
                    input.name);
            if (column.name.find('\0') != std::string::npos)
                return fmt::format(
                    "'{}' has a column with a zero byte in its name, which SQL cannot name; leave it out with a select "
                    "step",
                    input.name);
            if (const auto [same, added] = columns.emplace(lower(column.name), column.name); !added)
                return fmt::format(
                    "the columns '{}' and '{}' of '{}' differ only in case, and SQL cannot tell them apart; "
                    "rename one with a select step",
                    same->second, column.name, input.name);
        }
    }
    return std::nullopt;
}

// SELECT with an input's columns under their names, as values of their types; those of `also` that it lacks as nulls.
// With `mention` also its order columns and tokens, hidden.
std::string typed_select(const StepContext& context, const SqlInput& input, const std::set<std::string>& also,
                         std::optional<std::size_t> mention) {
    std::string list;
    const auto add = [&](std::string_view value, std::string_view name) {
        list += fmt::format("{}{} AS {}", list.empty() ? "" : ", ", value, sql_name(name));
    };
    std::set<std::string> known;
    for (std::size_t index = 0; index < input.relation->columns.size(); ++index) {
        const BoundColumn& column = input.relation->columns[index];
        const std::string token = token_of_column(index);
        const TypedValue value = typed_value(column, token, context.notations);
        known.insert(lower(column.name));
        if (value.fault == TypeFault::none)
            add(value.sql, column.name);
        else
            add(fmt::format(
                    "CASE WHEN {} IS NOT NULL THEN struct_pack(sluice_token := {}, sluice_plain := sl_plain({})) END",
                    token, token, token),
                column.name);
    }
    for (const std::string& name : also)
        if (!name.empty() && known.insert(lower(name)).second) add("NULL", name);
    if (list.empty()) add("NULL", "sluice_no_column");
    if (mention) {
        for (std::size_t index = 0; index < input.relation->order.size(); ++index)
            add(fmt::format("o{}", index), hidden_order(*mention, index));
        for (std::size_t index = 0; index < input.relation->columns.size(); ++index)
            add(token_of_column(index), hidden_token(*mention, index));
    }
    return fmt::format("SELECT {} FROM {}", list, input.relation->table);
}

Result<> make_views(const StepContext& context, const std::vector<SqlInput>& inputs,
                    const std::set<std::string>& missing) {
    for (const SqlInput& input : inputs)
        TRY(context.engine.run(fmt::format(
            "CREATE OR REPLACE VIEW {} AS {}", sql_name(input.name),
            typed_select(context, input, input.relation->rows == 0 ? missing : std::set<std::string>{}, {}))));
    return {};
}

// The query's columns; where that fails and an input has no rows, columns that it lacks are taken as nulls: `missing`
// are then their names.
Result<std::vector<QueryColumn>> describe(const StepContext& context, const std::vector<SqlInput>& inputs,
                                          const nlohmann::json& node, const std::string& sql,
                                          std::set<std::string>& missing) {
    TRY(make_views(context, inputs, {}));
    auto columns = context.engine.describe(sql);
    const auto is_empty = [](const SqlInput& input) { return input.relation->rows == 0; };
    if (columns || std::ranges::none_of(inputs, is_empty) || columns.error().code != "does_not_bind") return columns;
    missing = column_names_of_sql(node);
    TRY(make_views(context, inputs, missing));
    auto with_nulls = context.engine.describe(sql);
    if (with_nulls || !std::ranges::all_of(inputs, is_empty))
        return with_nulls ? std::move(with_nulls) : std::move(columns);
    return std::vector<QueryColumn>{};
}

StepQuery nothing(const StepContext& context, const nlohmann::json& node) {
    StepQuery query;
    query.location = context.relation.location;
    for (const std::string& name : result_names_of_sql(node)) {
        query.columns.push_back(computed_column(name, "NULL"));
        query.values.push_back(token_of_column(std::nullopt));
    }
    query.order.push_back({});
    query.order_values.emplace_back("0");
    query.tail = "WHERE false";
    return query;
}

void collect_aliases(const nlohmann::json& tree, std::set<std::string>& aliases) {
    if (tree.is_object())
        for (const char* key : {"alias", "aliases", "column_name_alias"})
            if (const auto found = tree.find(key); found != tree.end())
                for (const nlohmann::json& name : found->is_array() ? *found : nlohmann::json::array({*found}))
                    if (name.is_string()) aliases.insert(lower(name.get<std::string>()));
    if (tree.is_structured())
        for (const nlohmann::json& child : tree) collect_aliases(child, aliases);
}

SqlRewrite rewriting(const StepContext& context, const std::vector<SqlInput>& inputs, const nlohmann::json& tree) {
    std::map<std::string, std::string> refused;
    std::set<std::string> known;
    collect_aliases(tree, known);
    for (const SqlInput& input : inputs)
        for (const BoundColumn& column : input.relation->columns) {
            known.insert(lower(column.name));
            const TypedValue value = typed_value(column, "NULL", context.notations);
            if (value.fault != TypeFault::none)
                refused.emplace(lower(column.name), context.refusals.no_type(column, value.fault));
        }
    return {.refused_column = [refused = std::move(refused)](const std::string& name) -> std::optional<std::string> {
                const auto found = refused.find(lower(name));
                return found == refused.end() ? std::nullopt : std::optional(found->second);
            },
            .is_column = [known = std::move(known)](const std::string& name) { return known.contains(lower(name)); }};
}

// Gives the query its orders, and the hidden columns with tokens at the end of its list: `carried` of the result, by
// the result's columns.
Result<std::vector<std::optional<CarriedColumn>>> order_query(const StepContext& context,
                                                              const std::vector<SqlInput>& inputs,
                                                              const std::set<std::string>& missing,
                                                              const std::vector<QueryColumn>& columns,
                                                              nlohmann::json& tree) {
    std::vector<OrderedInput> ordered;
    for (const SqlInput& input : inputs)
        ordered.push_back(
            {input.name, input.relation, [&, input](std::size_t mention) {
                 return parse_select(typed_select(
                     context, input, input.relation->rows == 0 ? missing : std::set<std::string>{}, mention));
             }});
    TRY_ASSIGN(const OutermostScope scope, make_repeatable(tree, ordered));
    std::vector<std::string> names;
    for (const QueryColumn& column : columns) names.push_back(column.name);
    auto carried = carried_columns(tree, scope, ordered, names);
    std::size_t hidden = 0;
    for (const auto& column : carried) {
        if (!column) continue;
        tree.at("select_list").push_back(sql::column_reference({column->token}));
        ++hidden;
    }
    make_sums_exact(context.engine, tree);
    order_outermost(tree, columns.size() + hidden);
    TRY_ASSIGN(const std::string sql, select_text(tree));
    if (const auto described = context.engine.describe(sql); !described)
        return data_error("unordered",
                          fmt::format("the rows of this query cannot be given an order that is always the same ({}); "
                                      "split it into several sql steps",
                                      described.error().message));
    return carried;
}

// The step's query over the rewritten statement.
Result<StepQuery> result_of(const StepContext& context, const SqlNode& node, const std::vector<QueryColumn>& columns,
                            const std::vector<std::optional<CarriedColumn>>& carried, const std::string& sql) {
    StepQuery query;
    query.location = node.sql.location;
    std::string aliases;
    std::size_t hidden = columns.size();
    for (std::size_t index = 0; index < columns.size(); ++index) {
        const QueryColumn& column = columns[index];
        const bool known =
            std::ranges::any_of(query.columns, [&](const BoundColumn& other) { return other.name == column.name; });
        if (known)
            return context.refuse(
                node.sql.location, "name_clash",
                fmt::format("two columns of the result are named '{}'; rename one with AS", column.name));
        const std::string value = fmt::format("r{}", index);
        aliases += fmt::format("{}r{}", index == 0 ? "" : ", ", index);
        TokenValue token = column.type == kCarriedType ? TokenValue{value + ".sluice_token", Meaning::value, {}}
                                                       : token_value(column.type, value);
        if (token.sql.empty())
            return context.refuse(node.sql.location, "does_not_bind",
                                  fmt::format("column '{}' is of type {}, which has no place in an output; cast it",
                                              column.name, column.type));
        if (carried[index]) {
            query.columns.push_back(*carried[index]->column);
            query.columns.back().name = column.name;
            query.values.push_back(
                fmt::format("CASE WHEN {} IS NOT NULL THEN coalesce(r{}, {}) END", value, hidden++, token.sql));
            continue;
        }
        query.columns.push_back(computed_column(column.name, token));
        if (token.computed.empty()) query.columns.back().facts.two_types = true;
        query.values.push_back(std::move(token.sql));
    }
    for (std::size_t index = columns.size(); index < hidden; ++index) aliases += fmt::format(", r{}", index);
    query.order.push_back({});
    query.order_values.emplace_back("row_number() OVER ()");
    query.tail = fmt::format("FROM ({}) q({})", sql, aliases);
    return query;
}

}  // namespace

Result<StepQuery> sql_query(const StepContext& context, const SqlNode& node, const std::vector<SqlInput>& inputs) {
    const auto refuse = [&](const Error& error) {
        return Refusals::placed(error, node.sql.location, context.relation);
    };
    if (const auto fault = names_fault(inputs)) return context.refuse(node.sql.location, "names", *fault);
    if (const auto tables = tables_of_sql(node.sql.text); !tables) return refuse(tables.error());
    auto tree = parse_select(node.sql.text);
    if (!tree) return refuse(tree.error());

    if (const auto rewritten = rewrite_sql(*tree, rewriting(context, inputs, *tree)); !rewritten)
        return refuse(rewritten.error());
    auto sql = select_text(*tree);
    if (!sql) return refuse(sql.error());
    std::set<std::string> missing;
    auto columns = describe(context, inputs, *tree, *sql, missing);
    if (!columns) return refuse(columns.error());
    if (columns->empty()) return nothing(context, *tree);

    auto carried = order_query(context, inputs, missing, *columns, *tree);
    if (!carried) return refuse(carried.error());
    sql = select_text(*tree);
    if (!sql) return refuse(sql.error());
    return result_of(context, node, *columns, *carried, *sql);
}

Result<> drop_sql_views(DuckdbEngine& engine, const std::vector<SqlInput>& inputs) {
    for (const SqlInput& input : inputs) TRY(engine.run(fmt::format("DROP VIEW IF EXISTS {}", sql_name(input.name))));
    return {};
}

}  // namespace sluice
