#include "pipeline/step_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "config/column_types.hpp"
#include "transformers/aggregate_call.hpp"

namespace sluice {

namespace {

class StepWords {
public:
    explicit StepWords(const LogicalPlan& plan) : plan_(plan) {}

    std::string operator()(const ScanNode&) const { return {}; }
    std::string operator()(const JoinNode& node) const {
        constexpr std::array<std::string_view, 6> kHow{"", ", left", ", right", ", full", ", semi", ", anti"};
        std::vector<std::string> keys;
        for (const JoinKey& key : node.shape.keys)
            keys.push_back(key.left == key.right ? key.left : fmt::format("{} = {}", key.left, key.right));
        return fmt::format("{} with {} on {}{}", name(node.left), name(node.right), fmt::join(keys, ", "),
                           kHow[static_cast<std::size_t>(node.shape.how)]);
    }
    std::string operator()(const CountByNode& node) const {
        return fmt::format("{} by {}", name(node.input), fmt::join(node.keys, ", "));
    }
    std::string operator()(const GroupByNode& node) const {
        std::vector<std::string> aggregates;
        for (const AggregateColumn& column : node.aggregates)
            aggregates.push_back(fmt::format("{} = {}({})", column.name, aggregation_name(column.function),
                                             column.column     ? *column.column
                                             : column.argument ? column.argument->text
                                                               : "*"));
        return fmt::format("{} by {}: {}", name(node.input), fmt::join(node.keys, ", "), fmt::join(aggregates, ", "));
    }
    std::string operator()(const FilterNode& node) const {
        return fmt::format("{} where {}", name(node.input), node.condition.text);
    }
    std::string operator()(const SelectNode& node) const {
        std::vector<std::string> columns;
        for (const SelectColumn& column : node.columns)
            columns.push_back(column.expression ? fmt::format("{} = {}", column.name, column.expression->text)
                                                : column.name);
        return fmt::format("{}: {}", name(node.input), fmt::join(columns, ", "));
    }
    std::string operator()(const SortNode& node) const {
        std::vector<std::string> keys;
        for (const SortKey& key : node.keys)
            keys.push_back(key.descending ? fmt::format("{} descending", key.column) : key.column);
        return fmt::format("{} by {}", name(node.input), fmt::join(keys, ", "));
    }
    std::string operator()(const SqlNode& node) const { return node.sql.text; }
    std::string operator()(const UnionNode& node) const {
        std::vector<std::string_view> inputs;
        for (const RelationId input : node.inputs) inputs.emplace_back(name(input));
        return fmt::format("{}", fmt::join(inputs, ", then "));
    }
    std::string operator()(const UnnestNode& node) const {
        return fmt::format("{} by the elements of {}{}{}", name(node.input), node.column.name,
                           node.as == node.column.name ? "" : " as " + node.as,
                           node.keep_empty ? ", empty lists too" : "");
    }
    std::string operator()(const DedupeNode& node) const {
        return fmt::format("{} by {}, the {} stays", name(node.input), names(node.keys),
                           node.keep_last ? "last" : "first");
    }
    std::string operator()(const DeriveNode& node) const {
        std::vector<std::string> columns;
        for (const SelectColumn& column : node.columns)
            columns.push_back(fmt::format("{} = {}", column.name, column.expression->text));
        return fmt::format("{}: {}", name(node.input), fmt::join(columns, ", "));
    }
    std::string operator()(const RenameNode& node) const {
        std::vector<std::string> columns;
        for (const RenamedColumn& column : node.columns)
            columns.push_back(fmt::format("{} to {}", column.column.name, column.to));
        return fmt::format("{}: {}", name(node.input), fmt::join(columns, ", "));
    }
    std::string operator()(const DropNode& node) const {
        return fmt::format("{} without {}", name(node.input), names(node.columns));
    }
    std::string operator()(const CastNode& node) const {
        std::vector<std::string> columns;
        for (const CastColumn& column : node.columns)
            columns.push_back(fmt::format("{} to {}", column.column.name, type_name(column.type.type)));
        return fmt::format("{}: {}{}", name(node.input), fmt::join(columns, ", "),
                           node.null_on_error ? ", null for what is none" : "");
    }
    std::string operator()(const FillNode& node) const {
        std::vector<std::string> columns;
        for (const FilledColumn& column : node.columns)
            columns.push_back(fmt::format("{} with {}", column.column.name, column.token));
        return fmt::format("{}: {}", name(node.input), fmt::join(columns, ", "));
    }
    std::string operator()(const MaskNode& node) const {
        std::vector<std::string> columns;
        for (const MaskedColumn& column : node.columns)
            columns.push_back(
                fmt::format("{} by {}", column.column.name, column.method == MaskMethod::hmac ? "hmac" : "last4"));
        return fmt::format("{}: {}", name(node.input), fmt::join(columns, ", "));
    }

private:
    static std::string names(const std::vector<NamedColumn>& columns) {
        std::vector<std::string_view> list;
        for (const NamedColumn& column : columns) list.emplace_back(column.name);
        return fmt::format("{}", fmt::join(list, ", "));
    }
    [[nodiscard]] const std::string& name(RelationId id) const { return plan_.relations[id].name; }
    const LogicalPlan& plan_;
};

}  // namespace

std::string step_text(const LogicalPlan& plan, const Relation& relation) {
    return std::visit(StepWords(plan), relation.node);
}

}  // namespace sluice
