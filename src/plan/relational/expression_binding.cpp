#include "plan/relational/expression_binding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "engine/duckdb/syntax.hpp"
#include "plan/relational/repeatable_functions.hpp"
#include "utils/json.hpp"

namespace sluice {

namespace {

using nlohmann::json;

std::string class_of(const json& node) {
    const auto found = node.is_object() ? node.find("class") : node.end();
    return found != node.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::vector<std::string> names_of(const json& reference) {
    return reference.at("column_names").get<std::vector<std::string>>();
}

// `alias` names a field of {'a': x}.
json column_reference(std::string name, std::string alias) {
    return json{{"class", "COLUMN_REF"},
                {"type", "COLUMN_REF"},
                {"alias", std::move(alias)},
                {"query_location", 0},
                {"column_names", json::array({std::move(name)})}};
}

// l -> 0 stands for a lambda only as the argument of these; elsewhere it takes a part out of JSON.
bool takes_lambda(std::string_view function) {
    static constexpr std::array<std::string_view, 12> kNames{
        "apply",          "array_apply", "array_filter", "array_reduce", "array_transform", "filter",
        "list_transform", "list_apply",  "list_filter",  "list_reduce",  "reduce",          "list_aggregate"};
    return std::ranges::find(kNames, function) != kNames.end();
}

// The parameters of a lambda: one reference, or a row() of them.
void add_lambda_names(const json& parameters, std::set<std::string>& names) {
    if (class_of(parameters) == "COLUMN_REF") names.insert(names_of(parameters).back());
    if (const auto children = parameters.find("children"); children != parameters.end())
        for (const json& child : *children) add_lambda_names(child, names);
}

void collect_columns(const json& tree, std::set<std::string>& names) {
    if (class_of(tree) == "COLUMN_REF")
        for (const std::string& name : names_of(tree)) names.insert(name);
    if (tree.is_structured())
        for (const json& child : tree) collect_columns(child, names);
}

// What a comparison compares with one another; nothing for other nodes.
std::vector<const json*> compared(const json& node) {
    const std::string kind = class_of(node);
    if (kind == "COMPARISON") return {&node.at("left"), &node.at("right")};
    if (kind == "BETWEEN") return {&node.at("input"), &node.at("lower"), &node.at("upper")};
    const std::string type = kind == "OPERATOR" ? node.value("type", "") : std::string{};
    std::vector<const json*> operands;
    if (type == "COMPARE_IN" || type == "COMPARE_NOT_IN")
        for (const json& child : node.at("children")) operands.push_back(&child);
    return operands;
}

bool is_text_cast(const json& cast) { return cast.at("cast_type").value("id", "") == "VARCHAR"; }

}  // namespace

std::set<std::string> columns_of_expression(const std::string& expression) {
    std::set<std::string> names;
    if (const auto tree = parse_expression(expression)) collect_columns(*tree, names);
    return names;
}

Result<std::size_t> ExpressionBinding::resolve(const json& reference) const {
    std::vector<std::string> names = names_of(reference);
    // step.column: the input's table has no name of its own here.
    if (names.size() > 1)
        return data_error("does_not_bind",
                          fmt::format("'{}' is written as a part of '{}'; a column whose name has a point "
                                      "needs double quotes, as in \"{}.{}\"",
                                      names[1], names[0], names[0], names[1]));
    const auto column = input_.find(names.back());
    if (!column) return data_error("no_column", context_.refusals.no_column(names.back(), input_));
    return *column;
}

Result<> ExpressionBinding::replace_column(json& reference, bool as_text) {
    const std::vector<std::string> names = names_of(reference);
    if (auto why = unrepeatable_word(names[0]); why && names.size() == 1 && !input_.find(names[0]))
        return data_error("not_repeatable", std::move(*why));
    const Result<std::size_t> column = resolve(reference);
    if (!column) {
        missing_ = missing_ || column.error().code == "no_column";
        return column.error();
    }
    const TypedValue value = typed_value(input_.columns[*column], token_of_column(*column), context_.notations);
    if (as_text && (reference.value("sl_text_cast", false) || value.fault != TypeFault::none)) {
        plain_.insert(*column);
        reference = column_reference(fmt::format("sl_p{}", *column), reference.value("alias", ""));
        return {};
    }
    if (value.fault != TypeFault::none)
        return data_error("no_type", context_.refusals.no_type(input_.columns[*column], value.fault));
    typed_.insert(*column);
    reference = column_reference(fmt::format("sl_t{}", *column), reference.value("alias", ""));
    return {};
}

Result<> ExpressionBinding::replace_columns(json& tree, std::set<std::string> lambda_names, bool may_be_lambda) {
    const std::string kind = class_of(tree);
    const bool lambda = kind == "LAMBDA" && may_be_lambda;
    const bool below_lambda = kind == "FUNCTION" && takes_lambda(tree.value("function_name", ""));
    if (kind == "COLUMN_REF") {
        if (lambda_names.contains(names_of(tree)[0])) return {};
        return replace_column(tree, false);
    }
    if (kind == "CAST" && class_of(tree.at("child")) == "COLUMN_REF" &&
        !lambda_names.contains(names_of(tree.at("child"))[0])) {
        tree.at("child")["sl_text_cast"] = is_text_cast(tree);
        return replace_column(tree.at("child"), true);
    }
    if (kind == "FUNCTION")
        if (auto why = unrepeatable_function(tree.value("function_name", ""), tree.at("children").size()))
            return data_error("not_repeatable", std::move(*why));
    if (lambda) add_lambda_names(tree.at("lhs"), lambda_names);
    if (tree.is_structured())
        for (auto& [key, child] : tree.items())
            if (!(lambda && key == "lhs"))
                TRY(replace_columns(child, lambda_names, below_lambda || (tree.is_array() && may_be_lambda)));
    return {};
}

std::string ExpressionBinding::typed_input() const {
    std::string list = "*";
    for (const std::size_t column : typed_)
        list +=
            fmt::format(", {} AS sl_t{}",
                        typed_value(input_.columns[column], token_of_column(column), context_.notations).sql, column);
    for (const std::size_t column : plain_) list += fmt::format(", sl_plain(c{}) AS sl_p{}", column, column);
    return fmt::format("(SELECT {} FROM {})", list, input_.table);
}

std::string in_user_words(std::string_view reason, const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t at = 0; at < reason.size();) {
        const std::string_view rest = reason.substr(at);
        std::size_t end = 4;
        while (end < rest.size() && std::isdigit(static_cast<unsigned char>(rest[end])) != 0) ++end;
        const bool ours = (rest.starts_with("sl_t") || rest.starts_with("sl_p")) && end > 4 && end < 14;
        const std::size_t column = ours ? std::stoul(std::string(rest.substr(4, end - 4))) : names.size();
        if (column < names.size()) {
            out += names[column];
            at += end;
        } else {
            out.push_back(reason[at++]);
        }
    }
    return out;
}

// In WHERE, DuckDB refuses aggregates, windows and unnest by itself.
Result<std::string> ExpressionBinding::type_of(const std::string& sql) const {
    const std::string input = typed_input();
    const auto scalar = context_.engine.describe(fmt::format("SELECT 1 FROM {} WHERE ({}) IS NULL", input, sql));
    if (!scalar) return scalar.error();
    TRY_ASSIGN(const auto columns, context_.engine.describe(fmt::format("SELECT ({}) FROM {}", sql, input)));
    return columns.at(0).type;
}

Result<> ExpressionBinding::check_comparisons(const json& tree) const {
    if (class_of(tree) == "LAMBDA") return {};  // its parameters have no type outside
    bool text = false;
    std::string number;
    for (const json* operand : compared(tree)) {
        TRY_ASSIGN(const std::string sql, expression_text(*operand));
        const auto type = type_of(sql);
        if (!type) break;  // the whole expression does not bind either, and says it better
        const bool literal = class_of(*operand) == "CONSTANT";
        if (*type == "VARCHAR" && !literal) text = true;
        if (is_numeric(*type) || *type == "BOOLEAN") number = *type;
    }
    if (text && !number.empty())
        return data_error("does_not_bind", fmt::format("text is compared with a value of type {}; text never equals a "
                                                       "number, so cast one of them, or write the number in quotes",
                                                       number));
    if (tree.is_structured())
        for (const json& child : tree) TRY(check_comparisons(child));
    return {};
}

Result<std::optional<BoundExpression>> ExpressionBinding::bind(const Expression& expression) {
    const auto refuse = [&](const Error& error) {
        Error copy = error;
        copy.message = in_user_words(error.message, input_.names());
        return Refusals::placed(std::move(copy), expression.location, context_.relation);
    };
    if (const auto fault = expression_fault(expression.text)) return refuse(config_error("does_not_parse", *fault));
    auto tree = parse_expression(expression.text);
    if (!tree) return refuse(tree.error());

    missing_ = false;
    BoundExpression bound;
    if (class_of(*tree) == "COLUMN_REF" && names_of(*tree).size() == 1) bound.column = input_.find(names_of(*tree)[0]);
    if (bound.column) return std::optional(std::move(bound));
    if (const auto replaced = replace_columns(*tree, {}, false); !replaced) {
        if (missing_ && input_.rows == 0) return std::optional<BoundExpression>{};
        return refuse(replaced.error());
    }
    auto sql = expression_text(*tree);
    if (!sql) return refuse(sql.error());
    auto type = type_of(*sql);
    if (!type) return refuse(type.error());
    if (const auto checked = check_comparisons(*tree); !checked) return refuse(checked.error());
    bound.sql = fmt::format("({})", *sql);
    bound.type = std::move(*type);
    return std::optional(std::move(bound));
}

Result<ColumnValue> ExpressionBinding::column(const std::string& name, const Expression& expression) {
    TRY_ASSIGN(const auto bound, bind(expression));
    if (!bound || bound->column) {
        const auto carried = bound ? bound->column : std::nullopt;
        BoundColumn column = carried ? input_.columns[*carried] : BoundColumn{};
        column.name = name;
        return ColumnValue{std::move(column), token_of_column(carried), false};
    }
    const TokenValue token = token_value(bound->type, bound->sql);
    if (token.sql.empty())
        return context_.refuse(expression.location, "does_not_bind",
                               fmt::format("a value of type {} has no place in an output; cast it", bound->type));
    return ColumnValue{computed_column(name, token), token.sql, true};
}

}  // namespace sluice
