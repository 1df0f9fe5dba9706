#include "pipeline/step_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

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

private:
    [[nodiscard]] const std::string& name(RelationId id) const { return plan_.relations[id].name; }
    const LogicalPlan& plan_;
};

}  // namespace

std::string step_text(const LogicalPlan& plan, const Relation& relation) {
    return std::visit(StepWords(plan), relation.node);
}

}  // namespace sluice
