#include "plan/relational/sql_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/duckdb/syntax.hpp"
#include "plan/relational/sql_rewrite.hpp"
#include "plan/relational/sql_sums.hpp"

namespace sluice {

namespace {

constexpr std::string_view kCarriedType = "STRUCT(sluice_token VARCHAR, sluice_plain VARCHAR)";

// DuckDB compares names without case, for ASCII letters.
std::string lower(std::string_view text) {
    std::string out(text);
    for (char& letter : out)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return out;
}

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

std::string view_of(const StepContext& context, const SqlInput& input, const std::set<std::string>& also) {
    std::string list;
    const auto add = [&](std::string_view value, std::string_view name) {
        list += fmt::format("{}{} AS {}", list.empty() ? "" : ", ", value, sql_name(name));
    };
    std::set<std::string> known;
    for (std::size_t index = 0; index < input.relation->columns.size(); ++index) {
        const BoundColumn& column = input.relation->columns[index];
        const std::string token = token_of_column(index);
        const TypedValue value = typed_value(column, token, context.zones);
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
    return fmt::format("CREATE OR REPLACE VIEW {} AS SELECT {} FROM {}", sql_name(input.name), list,
                       input.relation->table);
}

Result<> make_views(const StepContext& context, const std::vector<SqlInput>& inputs,
                    const std::set<std::string>& missing) {
    for (const SqlInput& input : inputs)
        TRY(context.engine.run(view_of(context, input, input.relation->rows == 0 ? missing : std::set<std::string>{})));
    return {};
}

// The query's columns; where that fails and an input has no rows, columns that it lacks are taken as nulls.
Result<std::vector<QueryColumn>> describe(const StepContext& context, const std::vector<SqlInput>& inputs,
                                          const nlohmann::json& node, const std::string& sql) {
    TRY(make_views(context, inputs, {}));
    auto columns = context.engine.describe(sql);
    const bool some_empty =
        std::ranges::any_of(inputs, [](const SqlInput& input) { return input.relation->rows == 0; });
    if (columns || !some_empty || columns.error().code != "does_not_bind") return columns;
    TRY(make_views(context, inputs, column_names_of_sql(node)));
    auto with_nulls = context.engine.describe(sql);
    const bool all_empty = std::ranges::all_of(inputs, [](const SqlInput& input) { return input.relation->rows == 0; });
    if (with_nulls || !all_empty) return with_nulls ? std::move(with_nulls) : std::move(columns);
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

}  // namespace

Result<StepQuery> sql_query(const StepContext& context, const SqlNode& node, const std::vector<SqlInput>& inputs) {
    const auto refuse = [&](const Error& error) {
        return Refusals::placed(error, node.sql.location, context.relation);
    };
    if (const auto fault = names_fault(inputs)) return context.refuse(node.sql.location, "names", *fault);
    if (const auto tables = tables_of_sql(node.sql.text); !tables) return refuse(tables.error());
    auto tree = parse_select(node.sql.text);
    if (!tree) return refuse(tree.error());

    const SqlRewrite rewrite{.refused_column = [&](const std::string& name) -> std::optional<std::string> {
        for (const SqlInput& input : inputs)
            for (const BoundColumn& column : input.relation->columns) {
                if (lower(column.name) != lower(name)) continue;
                const TypedValue value = typed_value(column, "NULL", context.zones);
                if (value.fault != TypeFault::none) return context.refusals.no_type(column, value.fault);
            }
        return std::nullopt;
    }};
    if (const auto rewritten = rewrite_sql(*tree, rewrite); !rewritten) return refuse(rewritten.error());
    auto sql = select_text(*tree);
    if (!sql) return refuse(sql.error());
    auto columns = describe(context, inputs, *tree, *sql);
    if (!columns) return refuse(columns.error());
    if (columns->empty()) return nothing(context, *tree);

    make_sums_exact(context.engine, *tree);
    order_outermost(*tree, columns->size());
    sql = select_text(*tree);
    if (!sql) return refuse(sql.error());

    StepQuery query;
    query.location = node.sql.location;
    std::string aliases;
    for (std::size_t index = 0; index < columns->size(); ++index) {
        const QueryColumn& column = (*columns)[index];
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
        query.columns.push_back(computed_column(column.name, token));
        if (token.computed.empty()) query.columns.back().facts.two_types = true;
        query.values.push_back(std::move(token.sql));
    }
    query.order.push_back({});
    query.order_values.emplace_back("row_number() OVER ()");
    query.tail = fmt::format("FROM ({}) q({})", *sql, aliases);
    return query;
}

Result<> drop_sql_views(DuckdbEngine& engine, const std::vector<SqlInput>& inputs) {
    for (const SqlInput& input : inputs) TRY(engine.run(fmt::format("DROP VIEW IF EXISTS {}", sql_name(input.name))));
    return {};
}

}  // namespace sluice
