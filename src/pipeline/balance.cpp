#include "pipeline/balance.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

namespace sluice {

namespace {

bool joins_balance(const JoinNode& join, const StepCounts& step) {
    if (step.unmatched_left > step.rows_in[0] || step.unmatched_right > step.rows_in[1]) return false;
    const std::uint64_t matched_left = step.rows_in[0] - step.unmatched_left;
    const std::uint64_t matched_right = step.rows_in[1] - step.unmatched_right;
    // A row matches one of the other side, so either both sides have matches or none has.
    if ((matched_left == 0) != (matched_right == 0)) return false;
    const std::uint64_t most_pairs =
        matched_right != 0 && matched_left > UINT64_MAX / matched_right ? UINT64_MAX : matched_left * matched_right;
    const auto pairs_in = [&](std::uint64_t kept) {
        return step.rows_out >= kept && step.rows_out - kept >= std::max(matched_left, matched_right) &&
               step.rows_out - kept <= most_pairs;
    };
    switch (join.shape.how) {
        case JoinKind::inner:
            return pairs_in(0);
        case JoinKind::left:
            return pairs_in(step.unmatched_left);
        case JoinKind::right:
            return pairs_in(step.unmatched_right);
        case JoinKind::full:
            return pairs_in(step.unmatched_left + step.unmatched_right);
        case JoinKind::semi:
            return step.rows_out == matched_left;
        case JoinKind::anti:
            return step.rows_out == step.unmatched_left;
    }
    return false;
}

bool step_balances(const Node& node, const StepCounts& step) {
    if (const auto* join = std::get_if<JoinNode>(&node)) return joins_balance(*join, step);
    if (std::holds_alternative<SqlNode>(node)) return true;  // any SQL may make or drop rows
    if (std::holds_alternative<UnionNode>(node))
        return step.rows_out == std::accumulate(step.rows_in.begin(), step.rows_in.end(), std::uint64_t{0});
    if (step.filtered > step.rows_in[0]) return false;
    const std::uint64_t kept = step.rows_in[0] - step.filtered;
    if (std::holds_alternative<CountByNode>(node) || std::holds_alternative<GroupByNode>(node))
        return step.rows_out <= kept;
    if (step.deduplicated > kept) return false;
    return step.rows_out == kept - step.deduplicated + step.fan_out;
}

Error unbalanced(const StepCounts& step) {
    return internal_error(
        fmt::format("the books of step '{}' do not balance: {} in, {} out, {} filtered, {} deduplicated, {} and {} "
                    "unmatched, fan-out {}; "
                    "nothing was published",
                    step.step, fmt::join(step.rows_in, " and "), step.rows_out, step.filtered, step.deduplicated,
                    step.unmatched_left, step.unmatched_right, step.fan_out));
}

}  // namespace

Result<> check_sources(const RunReport& report) {
    for (const SourceReport& source : report.sources) {
        std::uint64_t kept = 0;
        for (const auto& [code, rows] : source.bad_by_code) kept += rows;
        if (source.rows_read == source.rows + source.bad_rows && kept == source.bad_rows) continue;
        return internal_error(fmt::format(
            "the books of source '{}' do not balance: {} rows read, {} given to the steps, {} bad, {} of these kept; "
            "nothing was published",
            source.name, source.rows_read, source.rows, source.bad_rows, kept));
    }
    return {};
}

Result<> check_balance(const LogicalPlan& plan, const RunReport& report) {
    TRY(check_sources(report));
    std::map<std::string, std::uint64_t, std::less<>> rows_of;
    for (const SourceReport& source : report.sources) rows_of[source.name] = source.rows;
    for (const StepCounts& step : report.steps) rows_of[step.step] = step.rows_out;

    for (const StepCounts& step : report.steps) {
        const auto relation = std::ranges::find(plan.relations, step.step, &Relation::name);
        if (relation == plan.relations.end()) return internal_error(fmt::format("step '{}' is in no plan", step.step));
        const auto inputs = inputs_of(relation->node);
        if (inputs.size() != step.rows_in.size()) return unbalanced(step);
        for (std::size_t input = 0; input < inputs.size(); ++input) {
            const auto given = rows_of.find(plan.relations[inputs[input]].name);
            if (given != rows_of.end() && given->second != step.rows_in[input]) return unbalanced(step);
        }
        if (!step_balances(relation->node, step)) return unbalanced(step);
    }
    for (std::size_t index = 0; index < report.outputs.size(); ++index) {
        const LogicalOutput& output = plan.outputs[index];
        const auto given = rows_of.find(plan.relations[output.from].name);
        const std::uint64_t written = report.outputs[index].rows;
        if (given == rows_of.end() || written == given->second) continue;
        if (output.format == "json_object" && written < given->second) continue;
        return internal_error(fmt::format("output '{}' has {} rows, but '{}' gave {}; nothing was published",
                                          output.file, written, plan.relations[output.from].name, given->second));
    }
    return {};
}

}  // namespace sluice
