#include "plan/relational/sql_tree.hpp"

#include <algorithm>
#include <limits>

namespace sluice::sql {

using nlohmann::json;

std::string text_at(const json& node, const char* key) {
    const auto found = node.is_object() ? node.find(key) : node.end();
    return found != node.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool is_select(const json& node) { return text_at(node, "type") == "SELECT_NODE"; }

bool is_query(const json& node) {
    const std::string type = text_at(node, "type");
    return type == "SELECT_NODE" || type == "SET_OPERATION_NODE" || type == "RECURSIVE_CTE_NODE" || type == "CTE_NODE";
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& letter : out)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return out;
}

namespace {

json expression(const char* kind, const char* type) {
    return json{{"class", kind}, {"type", type}, {"alias", ""}, {"query_location", 0}};
}

bool is_limit(const json& modifier) { return text_at(modifier, "type").starts_with("LIMIT"); }
bool is_order(const json& modifier) { return text_at(modifier, "type") == "ORDER_MODIFIER"; }

}  // namespace

json column_reference(const std::vector<std::string>& names) {
    json node = expression("COLUMN_REF", "COLUMN_REF");
    node["column_names"] = names;
    return node;
}

json all_columns(const std::vector<std::string>& excluded) {
    json node = expression("STAR", "STAR");
    node.update(json{{"relation_name", ""},
                     {"exclude_list", excluded},
                     {"replace_list", json::array()},
                     {"columns", true},
                     {"expr", nullptr},
                     {"qualified_exclude_list", json::array()},
                     {"rename_list", json::array()}});
    return node;
}

json whole_row(const std::vector<std::string>& excluded) {
    json unpacked = expression("OPERATOR", "OPERATOR_UNPACK");
    unpacked["children"] = json::array({all_columns(excluded)});
    return call("row", std::move(unpacked));
}

json number(std::int64_t value) {
    json node = expression("CONSTANT", "VALUE_CONSTANT");
    const char* type = value <= std::numeric_limits<std::int32_t>::max() ? "INTEGER" : "BIGINT";
    node["value"] = {{"type", {{"id", type}, {"type_info", nullptr}}}, {"is_null", false}, {"value", value}};
    return node;
}

json cast_to(json child, const char* type) {
    json node = expression("CAST", "OPERATOR_CAST");
    node.update(
        json{{"child", std::move(child)}, {"cast_type", {{"id", type}, {"type_info", nullptr}}}, {"try_cast", false}});
    return node;
}

json call(const char* name, json argument) {
    json node = expression("FUNCTION", "FUNCTION");
    node.update(json{{"function_name", name},
                     {"schema", ""},
                     {"children", json::array({std::move(argument)})},
                     {"filter", nullptr},
                     {"order_bys", {{"type", "ORDER_MODIFIER"}, {"orders", json::array()}}},
                     {"distinct", false},
                     {"is_operator", false},
                     {"export_state", false},
                     {"catalog", ""}});
    return node;
}

json order_item(json expression, bool descending) {
    return json{{"type", descending ? "DESCENDING" : "ORDER_DEFAULT"},
                {"null_order", descending ? "NULLS LAST" : "ORDER_DEFAULT"},
                {"expression", std::move(expression)}};
}

std::vector<json> by_arguments(const json& function) {
    std::vector<json> items;
    for (json argument : function.at("children")) {
        if (class_of(argument) == "CONSTANT") continue;
        argument["alias"] = "";
        items.push_back(order_item(std::move(argument)));
    }
    return items;
}

json subquery_table(json node, std::string alias) {
    return json{{"type", "SUBQUERY"},
                {"alias", std::move(alias)},
                {"sample", nullptr},
                {"query_location", 0},
                {"subquery", {{"node", std::move(node)}, {"named_param_map", json::array()}}},
                {"column_name_alias", json::array()}};
}

bool orders_all(const json& orders) { return orders.size() == 1 && class_of(orders[0].at("expression")) == "STAR"; }

bool has_star(const json& select) {
    const auto list = select.find("select_list");
    return list == select.end() || std::ranges::any_of(*list, [](const json& item) {
               return item.dump().find(R"("class":"STAR")") != std::string::npos;
           });
}

json& orders_of(json& node) {
    json& modifiers = node.at("modifiers");
    for (json& modifier : modifiers)
        if (is_order(modifier)) return modifier.at("orders");
    const auto limit = std::ranges::find_if(modifiers, is_limit);
    const auto made = modifiers.insert(limit, json{{"type", "ORDER_MODIFIER"}, {"orders", json::array()}});
    return made->at("orders");
}

void add_positions(json& orders, std::size_t first, std::size_t last) {
    if (orders_all(orders)) return;
    for (std::size_t column = first; column <= last; ++column)
        orders.push_back(order_item(number(static_cast<std::int64_t>(column))));
}

}  // namespace sluice::sql
