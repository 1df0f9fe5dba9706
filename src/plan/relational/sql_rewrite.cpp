#include "plan/relational/sql_rewrite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "plan/relational/expression_binding.hpp"

namespace sluice {

namespace {

using nlohmann::json;

std::string text_at(const json& node, const char* key) {
    const auto found = node.is_object() ? node.find(key) : node.end();
    return found != node.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
    return std::ranges::find(names, name) != names.end();
}

constexpr std::array<std::string_view, 14> kOrderedAggregates{
    "any_value",         "arbitrary",    "array_agg",    "first",
    "group_concat",      "last",         "list",         "listagg",
    "string_agg",        "arg_max_null", "arg_min_null", "json_group_array",
    "json_group_object", "first_value"};

constexpr std::array<std::string_view, 9> kOrderedWindows{"row_number", "ntile",     "lag",       "lead", "first_value",
                                                          "last_value", "nth_value", "cume_dist", "fill"};

json order_item(json expression) {
    return json{{"type", "ORDER_DEFAULT"}, {"null_order", "ORDER_DEFAULT"}, {"expression", std::move(expression)}};
}

json position(std::size_t column) {
    return json{
        {"class", "CONSTANT"},
        {"type", "VALUE_CONSTANT"},
        {"alias", ""},
        {"query_location", 0},
        {"value", {{"type", {{"id", "INTEGER"}, {"type_info", nullptr}}}, {"is_null", false}, {"value", column}}}};
}

json all_columns() {
    return json{{"class", "STAR"},
                {"type", "STAR"},
                {"alias", ""},
                {"query_location", 0},
                {"relation_name", ""},
                {"exclude_list", json::array()},
                {"replace_list", json::array()},
                {"columns", true},
                {"expr", nullptr},
                {"qualified_exclude_list", json::array()},
                {"rename_list", json::array()}};
}

bool has_star(const json& node) {
    const auto list = node.find("select_list");
    return list == node.end() ||
           std::ranges::any_of(*list, [](const json& item) { return text_at(item, "class") == "STAR"; });
}

bool is_limit(const json& modifier) { return text_at(modifier, "type").starts_with("LIMIT"); }
bool is_order(const json& modifier) { return text_at(modifier, "type") == "ORDER_MODIFIER"; }

// ORDER BY ALL stands alone: there is nothing to add to it.
bool orders_all(const json& orders) {
    return orders.size() == 1 && text_at(orders[0].at("expression"), "class") == "STAR";
}

void add_positions(json& orders, std::size_t columns) {
    if (orders_all(orders)) return;
    for (std::size_t column = 1; column <= columns; ++column) orders.push_back(order_item(position(column)));
}

// A node's ORDER BY; made in front of its LIMIT when it has none.
json& orders_of(json& node) {
    json& modifiers = node.at("modifiers");
    for (json& modifier : modifiers)
        if (is_order(modifier)) return modifier.at("orders");
    const auto limit = std::ranges::find_if(modifiers, is_limit);
    const auto made = modifiers.insert(limit, json{{"type", "ORDER_MODIFIER"}, {"orders", json::array()}});
    return made->at("orders");
}

void order_limit(json& node) {
    const json& modifiers = node.at("modifiers");
    if (std::ranges::none_of(modifiers, is_limit)) return;
    json& orders = orders_of(node);
    if (orders.empty())
        orders.push_back(order_item(all_columns()));
    else if (!has_star(node))
        add_positions(orders, node.at("select_list").size());
}

class Rewriter {
public:
    explicit Rewriter(const SqlRewrite& rewrite) : rewrite_(rewrite) {}

    Result<> apply(json& tree) {
        if (tree.is_object()) {
            TRY(check_function(tree));
            if (tree.contains("modifiers") && tree.at("modifiers").is_array()) order_limit(tree);
            const std::string kind = text_at(tree, "class");
            if (kind == "COLUMN_REF") return refused(tree);
            if (kind == "CAST" && text_at(tree.at("child"), "class") == "COLUMN_REF") {
                cast(tree.at("child"));
                return {};
            }
        }
        if (!tree.is_structured()) return {};
        for (auto& [key, child] : tree.items()) {
            if (key == "select_list" && child.is_array()) {
                for (json& item : child)
                    if (text_at(item, "class") != "COLUMN_REF") TRY(apply(item));
            } else {
                TRY(apply(child));
            }
        }
        return {};
    }

private:
    std::optional<std::string> reason(const json& reference) const {
        return rewrite_.refused_column(reference.at("column_names").back().get<std::string>());
    }

    Result<> refused(const json& reference) const {
        if (const auto why = reason(reference)) return data_error("no_type", *why);
        return {};
    }

    void cast(json& reference) const {
        if (reason(reference)) reference.at("column_names").push_back("sluice_plain");
    }

    static Result<> check_function(const json& node) {
        const std::string kind = text_at(node, "class");
        const std::string name = text_at(node, "function_name");
        if ((kind == "FUNCTION" || kind == "WINDOW") && is_volatile_function(name))
            return data_error(
                "volatile",
                fmt::format("{}() gives another value each time, so the result could not be repeated", name));
        if (kind == "FUNCTION" && is_one_of(name, kOrderedAggregates) && node.at("order_bys").at("orders").empty() &&
            !node.value("distinct", false))
            return data_error("unordered",
                              fmt::format("the value of {}() depends on the order of rows, which a query does "
                                          "not have; write {}(... ORDER BY ...)",
                                          name, name));
        if (kind == "WINDOW" && is_one_of(name, kOrderedWindows) && node.at("orders").empty())
            return data_error("unordered",
                              fmt::format("the value of {}() depends on the order of rows, which a query does "
                                          "not have; write OVER (... ORDER BY ...)",
                                          name));
        if (text_at(node, "type") == "SAMPLE" || (node.contains("sample") && !node.at("sample").is_null()))
            return data_error("volatile", "a sample takes other rows each time, so the result could not be repeated");
        return {};
    }

    const SqlRewrite& rewrite_;
};

void collect_names(const json& tree, std::set<std::string>& names) {
    if (text_at(tree, "class") == "COLUMN_REF") names.insert(tree.at("column_names").back().get<std::string>());
    if (tree.is_structured())
        for (const json& child : tree) collect_names(child, names);
}

}  // namespace

Result<> rewrite_sql(json& node, const SqlRewrite& rewrite) { return Rewriter(rewrite).apply(node); }

void order_outermost(json& node, std::size_t columns) {
    json& orders = orders_of(node);
    add_positions(orders, columns);
}

std::set<std::string> column_names_of_sql(const json& node) {
    std::set<std::string> names;
    collect_names(node, names);
    return names;
}

std::vector<std::string> result_names_of_sql(const json& node) {
    std::vector<std::string> names;
    if (const auto list = node.find("select_list"); list != node.end()) {
        for (const json& item : *list) {
            if (text_at(item, "class") == "STAR") continue;
            std::string name = text_at(item, "alias");
            if (name.empty() && text_at(item, "class") == "COLUMN_REF") name = item.at("column_names").back();
            if (name.empty()) name = text_at(item, "function_name");
            names.push_back(std::move(name));
        }
    } else if (const auto left = node.find("left"); left != node.end()) {
        names = result_names_of_sql(*left);
    }
    return names;
}

}  // namespace sluice
