// The argument of an aggregate is evaluated in the FROM of the SELECT around it, so its type is that of
// SELECT argument FROM the same, with the WITH of all SELECTs around.
#include "plan/relational/sql_sums.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/duckdb/syntax.hpp"
#include "plan/relational/value_types.hpp"

namespace sluice {

namespace {

using nlohmann::json;

std::string text_at(const json& node, const char* key) {
    const auto found = node.is_object() ? node.find(key) : node.end();
    return found != node.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

json cast_to(json child, const char* type) {
    return json{
        {"class", "CAST"},     {"type", "OPERATOR_CAST"},   {"alias", ""},
        {"query_location", 0}, {"child", std::move(child)}, {"cast_type", {{"id", type}, {"type_info", nullptr}}},
        {"try_cast", false}};
}

json call(const char* name, json argument) {
    return json{{"class", "FUNCTION"},
                {"type", "FUNCTION"},
                {"alias", ""},
                {"query_location", 0},
                {"function_name", name},
                {"schema", ""},
                {"children", json::array({std::move(argument)})},
                {"filter", nullptr},
                {"order_bys", {{"type", "ORDER_MODIFIER"}, {"orders", json::array()}}},
                {"distinct", false},
                {"is_operator", false},
                {"export_state", false},
                {"catalog", ""}};
}

bool is_double(const std::string& type) { return type == "DOUBLE" || type == "FLOAT"; }

class ExactSums {
public:
    explicit ExactSums(DuckdbEngine& engine) : engine_(engine) {}

    void apply(json& tree) {
        const bool select = tree.is_object() && tree.contains("select_list") && tree.contains("from_table");
        const auto with = tree.is_object() ? tree.find("cte_map") : tree.end();
        const std::size_t outer_withs = withs_.size();
        if (tree.is_object() && with != tree.end() && with->is_object())
            for (const json& entry : with->value("map", json::array())) withs_.push_back(entry);
        const json* const outer_from = from_;
        const json from = select ? tree.at("from_table") : json();
        if (select) from_ = &from;

        if (tree.is_structured())
            for (json& child : tree) apply(child);
        if (text_at(tree, "class") == "FUNCTION") replace(tree);

        from_ = outer_from;
        withs_.resize(outer_withs);
    }

private:
    void replace(json& function) {
        const std::string name = text_at(function, "function_name");
        const bool mean = name == "avg" || name == "mean";
        if ((!mean && name != "sum") || from_ == nullptr || function.at("children").size() != 1) return;
        const std::string type = type_of(function.at("children").at(0));
        if (!is_numeric(type) || (!mean && !is_double(type))) return;
        json ours = function;
        json& argument = ours.at("children").at(0);
        argument = is_double(type) ? call("sl_double", cast_to(std::move(argument), "DOUBLE"))
                                   : cast_to(std::move(argument), "VARCHAR");
        ours.at("function_name") = mean ? "sl_avg" : "sl_sum";
        ours.at("alias") = "";
        std::string alias = text_at(function, "alias");
        function = cast_to(std::move(ours), "DOUBLE");
        function.at("alias") = std::move(alias);
    }

    std::string type_of(const json& argument) {
        auto probe = parse_select("SELECT 1");
        if (!probe) return {};
        json item = argument;
        item["alias"] = "";
        probe->at("select_list") = json::array({std::move(item)});
        probe->at("from_table") = *from_;
        for (const json& with : withs_) probe->at("cte_map").at("map").push_back(with);
        const auto sql = select_text(*probe);
        if (!sql) return {};
        const auto columns = engine_.describe(*sql);
        return columns && columns->size() == 1 ? columns->front().type : std::string{};
    }

    DuckdbEngine& engine_;
    const json* from_ = nullptr;  // of the SELECT around
    std::vector<json> withs_;     // of all around
};

}  // namespace

void make_sums_exact(DuckdbEngine& engine, json& node) { ExactSums(engine).apply(node); }

}  // namespace sluice
