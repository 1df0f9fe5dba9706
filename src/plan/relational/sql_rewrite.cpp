#include "plan/relational/sql_rewrite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "plan/relational/repeatable_functions.hpp"
#include "plan/relational/sql_tree.hpp"
#include "utils/json.hpp"

namespace sluice {

namespace {

using nlohmann::json;
using namespace sql;

Error not_repeatable(std::string reason) { return data_error("not_repeatable", std::move(reason)); }

// What has no one result whatever the order of its rows is.
Result<> check_clauses(const json& node) {
    if (text_at(node, "type") == "SAMPLE" || (node.contains("sample") && !node.at("sample").is_null()))
        return not_repeatable(
            "a sample takes other rows each time, so the result could not be repeated; write a condition that takes "
            "the same ones, as in WHERE hash(id) % 10 = 0");
    const std::string reference = text_at(node, "ref_type");
    if (reference == "POSITIONAL")
        return not_repeatable(
            "a POSITIONAL JOIN depends on the order of rows, which a query does not have; number the rows of both "
            "sides with row_number() OVER (ORDER BY ...) and join on the number");
    if (reference == "ASOF")
        return not_repeatable(
            "which of several rows with the same value an ASOF JOIN takes is not defined; write an ordinary JOIN with "
            "the condition, and QUALIFY row_number() OVER (PARTITION BY ... ORDER BY ... DESC) = 1");
    if (const auto targets = node.find("key_targets"); targets != node.end() && !targets->empty())
        return not_repeatable(
            "which of several rows USING KEY keeps is not defined; write UNION, and take the row "
            "that you need by ORDER BY and LIMIT");
    return {};
}

class Rewriter {
public:
    explicit Rewriter(const SqlRewrite& rewrite) : rewrite_(rewrite) {}

    Result<> apply(json& tree, bool in_order) {
        if (tree.is_object()) {
            TRY(check_clauses(tree));
            TRY(check_expression(tree, in_order));
            const std::string kind = class_of(tree);
            if (kind == "COLUMN_REF") return column(tree);
            if (kind == "CAST" && class_of(tree.at("child")) == "COLUMN_REF") {
                cast(tree.at("child"));
                return {};
            }
        }
        if (!tree.is_structured()) return {};
        for (auto& [key, child] : tree.items()) {
            if (key == "select_list" && child.is_array()) {
                for (json& item : child)
                    if (class_of(item) != "COLUMN_REF" || !rewrite_.is_column(name_of(item))) TRY(apply(item, false));
            } else {
                TRY(apply(child, in_order || key == "orders" || key == "arg_orders"));
            }
        }
        return {};
    }

private:
    static std::string name_of(const json& reference) { return reference.at("column_names").back().get<std::string>(); }

    Result<> column(const json& reference) const {
        const std::string name = name_of(reference);
        if (const auto why = rewrite_.refused_column(name)) return data_error("no_type", *why);
        if (reference.at("column_names").size() > 1 || rewrite_.is_column(name)) return {};
        if (auto why = unrepeatable_word(name)) return not_repeatable(std::move(*why));
        return {};
    }

    void cast(json& reference) const {
        if (rewrite_.refused_column(name_of(reference))) reference.at("column_names").push_back("sluice_plain");
    }

    static Result<> check_expression(const json& node, bool in_order) {
        const std::string kind = class_of(node);
        if (kind == "COLLATE" && !in_order)
            return not_repeatable(
                "COLLATE holds different texts for equal, and which of them comes out is not "
                "defined; compare lower(...) or strip_accents(...), or use it in ORDER BY only");
        if (kind != "FUNCTION" && kind != "WINDOW") return {};
        if (auto why = unrepeatable_function(text_at(node, "function_name"), node.at("children").size()))
            return not_repeatable(std::move(*why));
        return {};
    }

    const SqlRewrite& rewrite_;
};

void collect_names(const json& tree, std::set<std::string>& names) {
    if (class_of(tree) == "COLUMN_REF") names.insert(tree.at("column_names").back().get<std::string>());
    if (tree.is_structured())
        for (const json& child : tree) collect_names(child, names);
}

}  // namespace

Result<> rewrite_sql(json& node, const SqlRewrite& rewrite) { return Rewriter(rewrite).apply(node, false); }

void order_outermost(json& node, std::size_t columns) {
    json& orders = orders_of(node);
    add_positions(orders, 1, columns);
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
            if (class_of(item) == "STAR") continue;
            std::string name = text_at(item, "alias");
            if (name.empty() && class_of(item) == "COLUMN_REF") name = item.at("column_names").back();
            if (name.empty()) name = text_at(item, "function_name");
            names.push_back(std::move(name));
        }
    } else if (const auto left = node.find("left"); left != node.end()) {
        names = result_names_of_sql(*left);
    }
    return names;
}

}  // namespace sluice
