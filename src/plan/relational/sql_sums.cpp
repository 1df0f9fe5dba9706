// The argument of an aggregate is evaluated in the FROM of the SELECT around it, so its type is that of
// SELECT argument FROM the same, with the WITH of all SELECTs around.
#include "plan/relational/sql_sums.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/duckdb/syntax.hpp"
#include "plan/relational/sql_tree.hpp"
#include "plan/relational/value_types.hpp"
#include "utils/json.hpp"

namespace sluice {

namespace {

using nlohmann::json;
using namespace sql;

template <std::size_t N>
bool is_one_of(const std::string& name, const std::array<std::string_view, N>& names) {
    return std::ranges::find(names, name) != names.end();
}

constexpr std::array<std::string_view, 4> kSums{"sum", "fsum", "kahan_sum", "sumkahan"};
constexpr std::array<std::string_view, 3> kMeans{"avg", "favg", "mean"};

// DuckDB gives an aggregate of ours, where its frame is the whole partition, states that its C API cannot tell apart:
// it must not see that the frame is that.
void hide_whole_frame(json& window) {
    constexpr std::int64_t kMoreThanAll = 1'000'000'000'000;
    const bool ordered = !window.at("orders").empty();
    const std::string start = text_at(window, "start");
    const std::string end = text_at(window, "end");
    if (start != "UNBOUNDED_PRECEDING" && (start != "CURRENT_ROW_RANGE" || ordered)) return;
    if (end != "UNBOUNDED_FOLLOWING" && (end != "CURRENT_ROW_RANGE" || ordered)) return;
    window.at("start") = "UNBOUNDED_PRECEDING";
    window.at("end") = "EXPR_FOLLOWING_ROWS";
    window.at("end_expr") = number(kMoreThanAll);
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
        if (class_of(tree) == "FUNCTION") replace(tree, tree.at("order_bys").at("orders"));
        if (class_of(tree) == "WINDOW") replace(tree, tree.at("arg_orders"));

        from_ = outer_from;
        withs_.resize(outer_withs);
    }

private:
    void replace(json& function, json& orders) {
        const std::string name = lower(text_at(function, "function_name"));
        const bool mean = is_one_of(name, kMeans);
        if ((!mean && !is_one_of(name, kSums)) || function.at("children").size() != 1) return;
        const std::string type = from_ == nullptr ? std::string{} : type_of(function.at("children").at(0));
        if (type.empty())
            for (json& item : by_arguments(function)) orders.push_back(std::move(item));
        if (!is_numeric(type) || (name == "sum" && !is_double(type))) return;
        json ours = function;
        json& argument = ours.at("children").at(0);
        argument = is_double(type) ? call("sl_double", cast_to(std::move(argument), "DOUBLE"))
                                   : cast_to(std::move(argument), "VARCHAR");
        ours.at("function_name") = mean ? "sl_avg_or_fault" : "sl_sum_or_fault";
        ours.at("alias") = "";
        if (class_of(ours) == "WINDOW") hide_whole_frame(ours);
        std::string alias = text_at(function, "alias");
        function = cast_to(call("sl_checked", std::move(ours)), "DOUBLE");
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
