#include "pipeline/expectation_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "config/validation.hpp"
#include "plan/physical.hpp"
#include "quality/expectations/value_tally.hpp"

namespace sluice {

namespace {

class Planner {
public:
    explicit Planner(LogicalPlan plan) {
        result_.own_relations = plan.relations.size();
        result_.own_outputs = plan.outputs.size();
        result_.plan = std::move(plan);
        for (const LogicalOutput& output : result_.plan.outputs) reach(output.from);
    }

    ExpectationPlan plan(std::vector<AssembledExpectation> expectations) {
        for (AssembledExpectation& expectation : expectations) {
            PlannedExpectation planned;
            static_cast<AssembledExpectation&>(planned) = std::move(expectation);
            place(planned);
            result_.expectations.push_back(std::move(planned));
        }
        select_columns();
        return std::move(result_);
    }

private:
    void reach(RelationId relation) {
        for (const RelationId id : relations_behind(result_.plan, relation)) reached_.insert(id);
    }

    void place(PlannedExpectation& planned) {
        const Expectation& expectation = planned.expectation;
        switch (expectation.kind) {
            case ExpectationKind::row_count:
                planned.look = Look::counts;
                planned.output = read_at_all(planned.on);
                return;
            case ExpectationKind::unique:
            case ExpectationKind::distinct_count:
                planned.look = Look::keys;
                planned.output = add_output(planned, rows_per_key(planned));
                return;
            case ExpectationKind::referential:
                planned.look = Look::rows;
                planned.output = add_output(planned, rows_without_key(planned));
                return;
            case ExpectationKind::sql:
                planned.look = Look::rows;
                planned.output = add_output(
                    planned,
                    add_relation(planned, SqlNode{planned.others, {expectation.sql.value, expectation.sql.location}}));
                return;
            default:
                return place_tallied(planned);
        }
    }

    void place_tallied(PlannedExpectation& planned) {
        if (result_.is_source(planned)) {
            planned.look = planned.severity == Severity::quarantine ? Look::quarantine : Look::scan;
            (void)read_at_all(planned.on);
            return;
        }
        planned.look = Look::output;
        planned.output = watched_output(planned.on);
        if (planned.output) return;
        planned.look = Look::rows;
        selected_[planned.on].push_back(result_.expectations.size());
    }

    // What no output reads is read for its expectations: gives the output that does so.
    std::optional<std::size_t> read_at_all(RelationId relation) {
        if (reached_.contains(relation)) return std::nullopt;
        PlannedExpectation reader;
        reader.on = relation;
        return add_output(reader, relation);
    }

    // An output that has all rows of a relation, and is written from them one by one.
    [[nodiscard]] std::optional<std::size_t> watched_output(RelationId relation) const {
        const LogicalPlan& plan = result_.plan;
        for (std::size_t index = 0; index < result_.own_outputs; ++index) {
            const LogicalOutput& output = plan.outputs[index];
            const bool may_be_glued = plain_join(plan, relation) != nullptr || carried_scan(plan, relation).has_value();
            if (output.from == relation && !may_be_glued) return index;
        }
        return std::nullopt;
    }

    RelationId rows_per_key(const PlannedExpectation& planned) {
        GroupByNode node{.input = planned.on, .keys = {}, .key_locations = {}, .aggregates = {}};
        for (const LocatedText& column : planned.expectation.columns) {
            node.keys.push_back(column.value);
            node.key_locations.push_back(column.location);
        }
        std::string rows = "rows";
        while (std::ranges::find(node.keys, rows) != node.keys.end()) rows += '_';
        node.aggregates.push_back({.name = std::move(rows),
                                   .function = Aggregation::count,
                                   .column = {},
                                   .argument = {},
                                   .location = planned.expectation.location});
        return add_relation(planned, std::move(node));
    }

    RelationId rows_without_key(const PlannedExpectation& planned) {
        const LocatedText& column = planned.expectation.columns.front();
        JoinNode join{
            .left = planned.on, .right = planned.others.front(), .shape = {}, .key_locations = {column.location}};
        join.shape.how = JoinKind::anti;
        join.shape.keys = {{column.value, planned.expectation.other_column}};
        const RelationId anti = add_relation(planned, std::move(join));
        return add_relation(planned, SelectNode{anti, {{column.value, std::nullopt, column.location}}});
    }

    // The columns of one relation that are looked at, in one output for all of its expectations.
    void select_columns() {
        for (const auto& [relation, indices] : selected_) {
            PlannedExpectation& first = result_.expectations[indices.front()];
            const Node& node = result_.plan.relations[relation].node;
            RelationId from = relation;
            if (!std::holds_alternative<CountByNode>(node) && !std::holds_alternative<GroupByNode>(node)) {
                SelectNode select{.input = relation, .columns = {}};
                for (const std::size_t index : indices) {
                    const LocatedText& column = result_.expectations[index].expectation.columns.front();
                    if (std::ranges::find(select.columns, column.value, &SelectColumn::name) == select.columns.end())
                        select.columns.push_back({column.value, std::nullopt, column.location});
                }
                from = add_relation(first, std::move(select));
            }
            const std::size_t output = add_output(first, from);
            for (const std::size_t index : indices) result_.expectations[index].output = output;
        }
    }

    RelationId add_relation(const PlannedExpectation& planned, Node node) {
        const std::string& on = result_.plan.relations[planned.on].name;
        result_.plan.relations.push_back({.name = fmt::format("{}: {}", on, planned.expectation.title()),
                                          .location = planned.expectation.location,
                                          .node = std::move(node)});
        return result_.plan.relations.size() - 1;
    }

    std::size_t add_output(const PlannedExpectation& planned, RelationId from) {
        LogicalOutput output;
        output.name = result_.plan.relations[from].name;
        output.file = output.name;
        output.from = from;
        output.location = planned.expectation.location;
        result_.plan.outputs.push_back(std::move(output));
        reach(from);
        return result_.plan.outputs.size() - 1;
    }

    ExpectationPlan result_;
    std::set<RelationId> reached_;  // that the run reads or computes
    std::map<RelationId, std::vector<std::size_t>>
        selected_;  // expectations of values, by the step that no output shows
};

}  // namespace

bool ExpectationPlan::is_source(const PlannedExpectation& planned) const {
    return std::holds_alternative<ScanNode>(plan.relations[planned.on].node);
}

bool ExpectationPlan::is_of_source(const PlannedExpectation& planned, std::size_t source) const {
    const auto* scan = std::get_if<ScanNode>(&plan.relations[planned.on].node);
    return scan != nullptr && scan->source == source;
}

bool ExpectationPlan::adds(const std::string& step) const {
    const auto own = plan.relations.begin() + static_cast<std::ptrdiff_t>(own_relations);
    return std::find_if(own, plan.relations.end(), [&](const Relation& relation) { return relation.name == step; }) !=
           plan.relations.end();
}

std::string ExpectationPlan::owner(const PlannedExpectation& planned) const {
    return fmt::format("{} '{}'", is_source(planned) ? "source" : "step", plan.relations[planned.on].name);
}

ExpectationPlan plan_expectations(LogicalPlan plan, std::vector<AssembledExpectation> expectations) {
    return Planner(std::move(plan)).plan(std::move(expectations));
}

Severity default_severity(const Config& config) {
    const Section top = SectionReader::make(config.root, *config.root, top_fields());
    const auto section = top.section("expectations");
    return section && section->text("severity") == "warn" ? Severity::warn : Severity::fail;
}

}  // namespace sluice
