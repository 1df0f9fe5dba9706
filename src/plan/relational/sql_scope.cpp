#include "plan/relational/sql_scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "plan/relational/repeatable_functions.hpp"
#include "plan/relational/sql_tree.hpp"

namespace sluice {

using nlohmann::json;
using namespace sql;

namespace {

bool is_join_of_tables(const json& from) { return text_at(from, "type") == "JOIN"; }

std::string alias_of(const json& table) {
    const std::string alias = text_at(table, "alias");
    return alias.empty() ? text_at(table, "table_name") : alias;
}

// Whether something in `tree` reads a table as one value, or columns by a pattern: then nothing can be hidden there.
bool reads_whole_tables(const json& tree, const std::set<std::string>& aliases) {
    const std::string kind = class_of(tree);
    if (kind == "COLUMN_REF") return aliases.contains(lower(tree.at("column_names").back().get<std::string>()));
    if (kind == "STAR" && !tree.at("expr").is_null()) return true;
    return tree.is_structured() &&
           std::ranges::any_of(tree, [&](const json& child) { return reads_whole_tables(child, aliases); });
}

bool has_window(const json& tree) {
    if (is_query(tree)) return false;
    if (class_of(tree) == "WINDOW") return true;
    return tree.is_structured() && std::ranges::any_of(tree, has_window);
}

}  // namespace

std::string hidden_order(std::size_t mention, std::size_t column) {
    return fmt::format("sluice_order_{}_{}", mention, column);
}
std::string hidden_token(std::size_t mention, std::size_t column) {
    return fmt::format("sluice_token_{}_{}", mention, column);
}

bool has_aggregate(const json& tree) {
    if (is_query(tree)) return false;
    if (class_of(tree) == "FUNCTION" &&
        aggregate_order(text_at(tree, "function_name")) != AggregateOrder::not_an_aggregate)
        return true;
    return tree.is_structured() && std::ranges::any_of(tree, has_aggregate);
}

SqlScope SqlScope::of(const json& select, const std::set<std::string>& withs, const std::vector<OrderedInput>& inputs,
                      std::size_t& mentions) {
    SqlScope scope;
    scope.inputs_ = &inputs;
    const json& from = select.at("from_table");
    scope.has_from_ = text_at(from, "type") != "EMPTY";
    scope.find_mentions(from, withs, mentions);
    std::set<std::string> aliases;
    for (const Mention& mention : scope.mentions_) aliases.insert(mention.alias);
    if (reads_whole_tables(select, aliases)) scope.mentions_.clear();
    scope.find_groups(select);
    return scope;
}

void SqlScope::find_mentions(const json& from, const std::set<std::string>& withs, std::size_t& mentions) {
    if (is_join_of_tables(from)) {
        find_mentions(from.at("left"), withs, mentions);
        find_mentions(from.at("right"), withs, mentions);
        return;
    }
    const std::string name = lower(text_at(from, "table_name"));
    const auto input = std::ranges::find(*inputs_, name, [](const OrderedInput& known) { return lower(known.name); });
    const bool is_mention = text_at(from, "type") == "BASE_TABLE" && !withs.contains(name) && input != inputs_->end() &&
                            from.at("column_name_alias").empty();
    if (is_mention)
        mentions_.push_back({lower(alias_of(from)), static_cast<std::size_t>(input - inputs_->begin()), mentions++});
    else
        only_inputs_ = false;
}

// What tells groups apart: their keys, by GROUP BY, or under GROUP BY ALL all that is no aggregate.
void SqlScope::find_groups(const json& select) {
    const json& keys = select.at("group_expressions");
    const json& list = select.at("select_list");
    const bool all = text_at(select, "aggregate_handling") == "FORCE_AGGREGATES";
    bool aggregates = has_aggregate(list);
    for (const char* clause : {"having", "qualify", "modifiers"})
        aggregates = aggregates || has_aggregate(select.at(clause));
    grouped_ = all || aggregates || !keys.empty() || !select.at("having").is_null();
    if (!grouped_) return;
    std::vector<json> items;
    const auto add = [&](json key) {
        key["alias"] = "";
        items.push_back(order_item(std::move(key)));
    };
    if (all)
        for (const json& item : list)
            if (!has_aggregate(item) && !has_window(item)) add(item);
    for (const json& key : keys) {
        const json value = class_of(key) == "CONSTANT" ? key.value("value", json()).value("value", json()) : json();
        if (!value.is_number_integer())
            add(key);
        else if (const auto at = value.get<std::int64_t>(); at >= 1 && at <= static_cast<std::int64_t>(list.size()))
            add(list.at(static_cast<std::size_t>(at - 1)));
    }
    // With several grouping sets, a key that is null may be one that a set leaves out.
    if (select.at("group_sets").size() <= 1) groups_ = std::move(items);
}

std::vector<std::string> SqlScope::hidden_names(const std::string& alias) const {
    std::vector<std::string> names;
    for (const Mention& mention : mentions_) {
        if (!alias.empty() && mention.alias != alias) continue;
        const BoundRelation& relation = *(*inputs_)[mention.input].relation;
        for (std::size_t column = 0; column < relation.order.size(); ++column)
            names.push_back(hidden_order(mention.number, column));
        for (std::size_t column = 0; column < relation.columns.size(); ++column)
            names.push_back(hidden_token(mention.number, column));
    }
    return names;
}

Result<> SqlScope::hide(json& select) const {
    if (mentions_.empty()) return {};
    std::size_t next = 0;
    TRY(hide_in_from(select.at("from_table"), next));
    for (auto& [key, child] : select.items())
        if (key != "from_table" && key != "cte_map") hide_in_stars(child);
    return {};
}

Result<> SqlScope::hide_in_from(json& from, std::size_t& next) const {
    if (is_join_of_tables(from)) {
        TRY(hide_in_from(from.at("left"), next));
        return hide_in_from(from.at("right"), next);
    }
    if (next == mentions_.size() || text_at(from, "type") != "BASE_TABLE" ||
        lower(alias_of(from)) != mentions_[next].alias || !from.at("column_name_alias").empty())
        return {};
    const Mention& mention = mentions_[next++];
    TRY_ASSIGN(json with_hidden, (*inputs_)[mention.input].with_hidden(mention.number));
    from = subquery_table(std::move(with_hidden), alias_of(from));
    return {};
}

void SqlScope::hide_in_stars(json& tree) const {
    if (is_query(tree)) return;
    if (class_of(tree) == "STAR") {
        for (std::string& name : hidden_names(lower(text_at(tree, "relation_name"))))
            tree.at("exclude_list").push_back(std::move(name));
        return;
    }
    if (tree.is_structured())
        for (json& child : tree) hide_in_stars(child);
}

std::vector<json> SqlScope::input_order() const {
    std::vector<json> items;
    for (const Mention& mention : mentions_) {
        const auto& order = (*inputs_)[mention.input].relation->order;
        for (std::size_t column = 0; column < order.size(); ++column)
            items.push_back(
                order_item(column_reference({hidden_order(mention.number, column)}), order[column].descending));
    }
    return items;
}

std::optional<std::vector<json>> SqlScope::ties() const {
    if (grouped_) return groups_;
    std::vector<json> items = input_order();
    if (!has_from_ || has_input_order()) return items;
    items.push_back(order_item(whole_row(hidden_names({}))));
    return items;
}

}  // namespace sluice
