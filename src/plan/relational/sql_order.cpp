// One walk over the tree, SELECT by SELECT. Of each, the FROM goes first, then its mentions get their hidden columns,
// then functions, windows and LIMITs of this SELECT get the rest of their orders. Names that DuckDB makes of
// expressions are written down before, since a changed expression would change them.
#include "plan/relational/sql_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "engine/duckdb/syntax.hpp"
#include "plan/relational/repeatable_functions.hpp"
#include "plan/relational/sql_scope.hpp"
#include "plan/relational/sql_tree.hpp"
#include "utils/json.hpp"

namespace sluice {

using nlohmann::json;
using namespace sql;

namespace {

using Orders = std::vector<json>;

void append(json& orders, const Orders& more) {
    for (const json& item : more) orders.push_back(item);
}

Error needs_order(const std::string& name, std::string_view how) {
    return data_error("unordered", fmt::format("the value of {}() depends on the order of rows, which the rows of a "
                                               "subquery or a WITH do not have; write {}",
                                               name, how));
}

bool is_rows_frame(const json& window) {
    return text_at(window, "start").ends_with("ROWS") || text_at(window, "end").ends_with("ROWS");
}

class Repeatable {
public:
    explicit Repeatable(const std::vector<OrderedInput>& inputs) : inputs_(inputs) {}

    Result<OutermostScope> apply(json& node) {
        outermost_ = &node;
        TRY(walk(node, nullptr, {}));
        return std::move(found_);
    }

private:
    Result<> walk(json& tree, const SqlScope* scope, const std::set<std::string>& withs) {
        if (is_query(tree)) return query(tree, withs);
        if (tree.is_structured())
            for (json& child : tree) TRY(walk(child, scope, withs));
        const std::string kind = class_of(tree);
        if (kind == "FUNCTION") return aggregate(tree, scope);
        if (kind == "WINDOW" && scope != nullptr) return window(tree, *scope);
        return {};
    }

    Result<> query(json& node, std::set<std::string> withs) {
        for (const json& entry : node.at("cte_map").at("map")) withs.insert(lower(text_at(entry, "key")));
        if (const std::string name = text_at(node, "cte_name"); !name.empty()) withs.insert(lower(name));
        if (is_select(node)) return select(node, withs);
        for (auto& [key, child] : node.items()) TRY(walk(child, nullptr, withs));
        return order_limit_of_set(node);
    }

    Result<> select(json& node, const std::set<std::string>& withs) {
        TRY(walk(node.at("cte_map"), nullptr, withs));
        if (&node != outermost_) TRY(keep_names(node.at("select_list")));
        const SqlScope scope = SqlScope::of(node, withs, inputs_, mentions_);
        TRY(walk(node.at("from_table"), nullptr, withs));
        TRY(scope.hide(node));
        for (auto& [key, child] : node.items())
            if (key != "from_table" && key != "cte_map") TRY(walk(child, &scope, withs));
        TRY(order_limit(node, scope));
        if (&node == outermost_ && scope.gives_rows() && !is_distinct(node)) found_.mentions = scope.mentions();
        return {};
    }

    static bool is_distinct(const json& node) {
        return std::ranges::any_of(node.at("modifiers"), [](const json& modifier) {
            return text_at(modifier, "type") == "DISTINCT_MODIFIER" && modifier.at("distinct_on_targets").empty();
        });
    }

    static Result<> keep_names(json& list) {
        for (json& item : list) {
            const std::string kind = class_of(item);
            if (kind == "COLUMN_REF" || kind == "CONSTANT" || !text_at(item, "alias").empty() ||
                item.dump().find(R"("class":"STAR")") != std::string::npos)
                continue;
            if (!has_function(item) || text_at(item, "function_name") == "unnest") continue;
            TRY_ASSIGN(std::string name, expression_text(item));
            item["alias"] = std::move(name);
        }
        return {};
    }

    static bool has_function(const json& tree) {
        const std::string kind = class_of(tree);
        if (kind == "FUNCTION" || kind == "WINDOW") return true;
        return tree.is_structured() && std::ranges::any_of(tree, has_function);
    }

    static Result<> aggregate(json& function, const SqlScope* scope) {
        const std::string name = lower(text_at(function, "function_name"));
        const AggregateOrder depends = aggregate_order(name);
        if (depends == AggregateOrder::not_an_aggregate || depends == AggregateOrder::none) return {};
        json& orders = function.at("order_bys").at("orders");
        const bool distinct = function.value("distinct", false);
        const bool input_order = scope != nullptr && scope->has_input_order() && !distinct;
        if (depends == AggregateOrder::rows && orders.empty() && !input_order && !distinct)
            return needs_order(name, fmt::format("{}(... ORDER BY ...)", name));
        const bool by_row = depends == AggregateOrder::rows || depends == AggregateOrder::ties;
        append(orders, by_row && input_order ? scope->input_order() : by_arguments(function));
        return {};
    }

    static Result<> window(json& node, const SqlScope& scope) {
        static constexpr std::array<std::string_view, 4> kByPlace{"row_number", "ntile", "lag", "lead"};
        static constexpr std::array<std::string_view, 3> kByFrame{"first_value", "last_value", "nth_value"};
        const std::string name = lower(text_at(node, "function_name"));
        const AggregateOrder depends = aggregate_order(name);
        const bool user_order = !node.at("orders").empty() || !node.at("arg_orders").empty();
        const bool place = std::ranges::find(kByPlace, name) != kByPlace.end();
        const bool value = std::ranges::find(kByFrame, name) != kByFrame.end() || depends == AggregateOrder::rows ||
                           depends == AggregateOrder::ties;
        if (depends == AggregateOrder::rounding) append(node.at("arg_orders"), by_arguments(node));
        const bool frame = !place && is_rows_frame(node);
        if (!place && !value && !frame) return {};

        const auto ties = scope.ties();
        if (!ties || (!user_order && !(scope.gives_rows() && scope.has_input_order())))
            return needs_order(name, scope.gives_rows() ? "OVER (... ORDER BY ...)"
                                                        : "the grouping as a WITH, and the window function over it");
        if (frame && (node.at("exclude_clause") == "TIES" || node.at("exclude_clause") == "GROUP"))
            return data_error("unordered", fmt::format("which rows ROWS ... EXCLUDE {} leaves out of the frame of {}() "
                                                       "depends on the order of equal rows; write RANGE or GROUPS",
                                                       text_at(node, "exclude_clause"), name));
        json& argument_orders = node.at("arg_orders");
        if (value && node.value("distinct", false)) {
            append(argument_orders, by_arguments(node));
        } else if (value || (place && !argument_orders.empty())) {
            if (argument_orders.empty()) argument_orders = node.at("orders");
            append(argument_orders, *ties);
        }
        if (place || frame) append(node.at("orders"), *ties);
        return {};
    }

    static bool picks_rows(const json& node) {
        return std::ranges::any_of(node.at("modifiers"), [](const json& modifier) {
            const std::string type = text_at(modifier, "type");
            return type.starts_with("LIMIT") ||
                   (type == "DISTINCT_MODIFIER" && !modifier.at("distinct_on_targets").empty());
        });
    }

    // A LIMIT or DISTINCT ON takes the first rows of a total order: the user's, then all columns of the result.
    static Result<> order_limit(json& node, const SqlScope& scope) {
        if (!picks_rows(node)) return {};
        json& orders = orders_of(node);
        if (orders.empty() && !has_distinct_on(node)) {
            orders.push_back(order_item(all_columns()));
        } else if (!has_star(node)) {
            add_positions(orders, 1, node.at("select_list").size());
        } else if (!orders_all(orders)) {
            for (json item : node.at("select_list")) {
                if (item.dump().find(R"("class":"STAR")") != std::string::npos) continue;
                item["alias"] = "";
                orders.push_back(order_item(std::move(item)));
            }
            if (is_distinct(node)) {
                orders.push_back(order_item(all_columns()));
            } else if (const auto ties = scope.ties()) {
                append(orders, *ties);
            }
        }
        return {};
    }

    static bool has_distinct_on(const json& node) {
        return std::ranges::any_of(node.at("modifiers"), [](const json& modifier) {
            return text_at(modifier, "type") == "DISTINCT_MODIFIER" && !modifier.at("distinct_on_targets").empty();
        });
    }

    // The ORDER BY of a set operation only knows its columns, so it can as well stand around it, where a star is known.
    static Result<> order_limit_of_set(json& node) {
        if (!picks_rows(node)) return {};
        TRY_ASSIGN(json around, parse_select("SELECT * FROM t"));
        std::swap(around.at("modifiers"), node.at("modifiers"));
        around.at("from_table") = subquery_table(std::move(node), "sluice_rows");
        json& orders = orders_of(around);
        if (!orders_all(orders)) orders.push_back(order_item(all_columns()));
        node = std::move(around);
        return {};
    }

    const std::vector<OrderedInput>& inputs_;
    const json* outermost_ = nullptr;
    std::size_t mentions_ = 0;
    OutermostScope found_;
};

}  // namespace

Result<OutermostScope> make_repeatable(json& node, const std::vector<OrderedInput>& inputs) {
    return Repeatable(inputs).apply(node);
}

}  // namespace sluice
