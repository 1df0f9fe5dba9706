#include "plan/relational/needed_columns.hpp"

#include <algorithm>

#include "plan/relational/eager_grouping.hpp"
#include "plan/relational/expression_binding.hpp"

namespace sluice {

namespace {

// The names of a relation's columns; nothing when only the data will tell (sql).
using Names = std::optional<std::vector<std::string>>;

class NameResolution {
public:
    NameResolution(const LogicalPlan& plan, const std::vector<std::vector<std::string>>& sources) : sources_(sources) {
        for (const Relation& relation : plan.relations)
            names_.push_back(std::visit([&](const auto& node) { return of(node); }, relation.node));
    }
    [[nodiscard]] const Names& at(RelationId relation) const { return names_[relation]; }

private:
    Names of(const ScanNode& node) const { return sources_[node.source]; }
    Names of(const FilterNode& node) const { return names_[node.input]; }
    Names of(const SortNode& node) const { return names_[node.input]; }
    static Names of(const SqlNode&) { return std::nullopt; }
    static Names of(const CountByNode& node) {
        std::vector<std::string> names = node.keys;
        names.emplace_back("count");
        return names;
    }
    static Names of(const GroupByNode& node) {
        std::vector<std::string> names = node.keys;
        for (const AggregateColumn& aggregate : node.aggregates) names.push_back(aggregate.name);
        return names;
    }
    static Names of(const SelectNode& node) {
        std::vector<std::string> names;
        for (const SelectColumn& column : node.columns) names.push_back(column.name);
        return names;
    }
    Names of(const UnionNode& node) const {
        std::vector<std::string> names;
        for (const RelationId input : node.inputs) {
            if (!names_[input]) return std::nullopt;
            for (const std::string& name : *names_[input]) add_new(name, names);
        }
        return names;
    }
    Names of(const UnnestNode& node) const {
        Names names = renamed(node.input, [&](std::string& name) {
            if (name == node.column.name) name = node.as;
        });
        if (names) add_new(node.as, *names);  // also where no row has the list
        return names;
    }
    Names of(const DedupeNode& node) const { return names_[node.input]; }
    Names of(const CastNode& node) const { return names_[node.input]; }
    Names of(const MaskNode& node) const { return names_[node.input]; }
    Names of(const DeriveNode& node) const {
        Names names = names_[node.input];
        if (names)
            for (const SelectColumn& column : node.columns) add_new(column.name, *names);
        return names;
    }
    Names of(const FillNode& node) const {
        Names names = names_[node.input];
        if (names)
            for (const FilledColumn& column : node.columns) add_new(column.column.name, *names);
        return names;
    }
    Names of(const RenameNode& node) const {
        return renamed(node.input, [&](std::string& name) {
            for (const RenamedColumn& column : node.columns)
                if (column.column.name == name) {
                    name = column.to;
                    return;
                }
        });
    }
    Names of(const DropNode& node) const {
        Names names = names_[node.input];
        if (names)
            for (const NamedColumn& column : node.columns) std::erase(*names, column.name);
        return names;
    }
    template <typename Change>
    Names renamed(RelationId input, Change change) const {
        Names names = names_[input];
        if (names) std::ranges::for_each(*names, change);
        return names;
    }
    static void add_new(const std::string& name, std::vector<std::string>& names) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    Names of(const JoinNode& node) const {
        if (!names_[node.left] || !names_[node.right]) return std::nullopt;
        const auto joined = join_columns(*names_[node.left], *names_[node.right], node.shape);
        if (!joined) return std::nullopt;  // refused when the join is made
        std::vector<std::string> names;
        for (const JoinedColumn& column : *joined) names.push_back(column.name);
        return names;
    }

    const std::vector<std::vector<std::string>>& sources_;
    std::vector<Names> names_;
};

class Needs {
public:
    Needs(const LogicalPlan& plan, const NameResolution& names, bool all_columns)
        : names_(names), all_columns_(all_columns), needed_(plan.relations.size()) {}

    void need_all(RelationId relation) { at(relation).all = true; }
    void need_rows(RelationId relation) { at(relation); }
    [[nodiscard]] bool is_needed(RelationId relation) const { return needed_[relation].has_value(); }
    // Says what the inputs of a needed relation must have.
    void pass_on(RelationId relation, const Node& node) {
        current_ = *needed_[relation];
        std::visit([&](const auto& typed) { of(typed); }, node);
    }
    void need_keys(const JoinNode& join) {
        for (const JoinKey& key : join.shape.keys) {
            at(join.left).add(key.left);
            at(join.right).add(key.right);
        }
    }
    // The same for a grouping that reads the inputs of a join.
    void pass_through(const Relation& relation, const JoinNode& join) {
        current_ = read_of_join(relation);
        of(join);
    }
    std::vector<std::optional<NeededColumns>> take() { return std::move(needed_); }

private:
    NeededColumns& at(RelationId relation) {
        if (!needed_[relation]) needed_[relation] = NeededColumns{.all = all_columns_, .names = {}};
        return *needed_[relation];
    }
    // What is needed of the step, less `made`, which it makes itself.
    void add_same(RelationId input, const std::set<std::string, std::less<>>& made = {}) {
        NeededColumns& into = at(input);
        if (current_.all) into.all = true;
        for (const std::string& name : current_.names)
            if (!made.contains(name)) into.add(name);
    }
    void add_expression(RelationId input, const std::optional<Expression>& expression) {
        if (!expression) return;
        for (const std::string& name : columns_of_expression(expression->text)) at(input).add(name);
    }

    void of(const ScanNode&) {}
    void of(const FilterNode& node) {
        add_same(node.input);
        add_expression(node.input, node.condition);
    }
    void of(const SortNode& node) {
        add_same(node.input);
        for (const SortKey& key : node.keys) at(node.input).add(key.column);
    }
    void of(const SelectNode& node) {
        at(node.input);
        for (const SelectColumn& column : node.columns) {
            if (!column.expression) at(node.input).add(column.name);
            add_expression(node.input, column.expression);
        }
    }
    void of(const UnionNode& node) {
        for (const RelationId input : node.inputs) add_same(input);
    }
    // Whether or not it is read, the list says how many rows there are.
    void of(const UnnestNode& node) {
        add_same(node.input, {node.as});
        at(node.input).add(node.column.name);
    }
    void of(const DedupeNode& node) {
        add_same(node.input);
        for (const NamedColumn& key : node.keys) at(node.input).add(key.name);
    }
    void of(const DeriveNode& node) {
        std::set<std::string, std::less<>> computed;
        for (const SelectColumn& column : node.columns) computed.insert(column.name);
        add_same(node.input, computed);
        for (const SelectColumn& column : node.columns) add_expression(node.input, column.expression);
    }
    void of(const RenameNode& node) {
        std::set<std::string, std::less<>> given;
        for (const RenamedColumn& column : node.columns) given.insert(column.to);
        add_same(node.input, given);
        for (const RenamedColumn& column : node.columns)
            if (current_.has(column.to)) at(node.input).add(column.column.name);
    }
    void of(const DropNode& node) { add_same(node.input); }
    // Each value is cast whether or not it is read, so that a run ends the same way without this rewrite.
    void of(const CastNode& node) {
        add_same(node.input);
        for (const CastColumn& column : node.columns) at(node.input).add(column.column.name);
    }
    void of(const FillNode& node) { add_same(node.input); }
    void of(const MaskNode& node) { add_same(node.input); }
    void of(const CountByNode& node) {
        for (const std::string& key : node.keys) at(node.input).add(key);
    }
    void of(const GroupByNode& node) {
        for (const std::string& key : node.keys) at(node.input).add(key);
        for (const AggregateColumn& aggregate : node.aggregates) {
            if (aggregate.column) at(node.input).add(*aggregate.column);
            add_expression(node.input, aggregate.argument);
        }
    }
    void of(const SqlNode& node) {
        for (const RelationId input : node.inputs) need_all(input);
    }
    void of(const JoinNode& node) {
        need_keys(node);
        const Names& left = names_.at(node.left);
        const Names& right = names_.at(node.right);
        const auto joined =
            left && right ? join_columns(*left, *right, node.shape) : Result<std::vector<JoinedColumn>>{};
        if (!left || !right || !joined) {
            need_all(node.left);
            need_all(node.right);
            return;
        }
        for (const JoinedColumn& column : *joined) {
            if (!current_.has(column.name)) continue;
            if (column.left) at(node.left).add((*left)[*column.left]);
            if (column.right) at(node.right).add((*right)[*column.right]);
        }
    }

    const NameResolution& names_;
    bool all_columns_;
    std::vector<std::optional<NeededColumns>> needed_;
    NeededColumns current_;
};

}  // namespace

std::vector<std::optional<NeededColumns>> needed_columns(const LogicalPlan& plan,
                                                         const std::vector<std::vector<std::string>>& source_columns,
                                                         const std::vector<RelationId>& wanted, bool all_columns,
                                                         const std::vector<std::optional<RelationId>>& eager,
                                                         const std::vector<RelationId>& by_key,
                                                         const std::vector<RelationId>& rows_only) {
    const NameResolution names(plan, source_columns);
    Needs needs(plan, names, all_columns);
    for (const RelationId relation : wanted) needs.need_all(relation);
    for (const RelationId relation : rows_only) needs.need_rows(relation);
    for (const RelationId join : by_key) needs.need_keys(std::get<JoinNode>(plan.relations[join].node));
    for (RelationId relation = plan.relations.size(); relation-- > 0;) {
        if (!needs.is_needed(relation)) continue;
        if (eager[relation])
            needs.pass_through(plan.relations[relation], std::get<JoinNode>(plan.relations[*eager[relation]].node));
        else
            needs.pass_on(relation, plan.relations[relation].node);
    }
    return needs.take();
}

}  // namespace sluice
