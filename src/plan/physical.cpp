// Which shapes go to the native engine is decided here and nowhere else; the native engine refuses none of them.
#include "plan/physical.hpp"

#include <algorithm>
#include <set>

namespace sluice {

namespace {

// Measured on the main job (bench/main_job.py): peak memory over the bytes of the input. Rows that are only counted
// are kept as codes; rows that are written out are kept as formatted text.
constexpr double kReportBytesPerInputByte = 0.6;
constexpr double kPairsBytesPerInputByte = 1.8;
constexpr std::uint64_t kNativeBaseBytes = 32ULL << 20;
constexpr std::uint64_t kNativeBytesPerThread = 8ULL << 20;

const ScanNode* scan_at(const LogicalPlan& plan, RelationId id) {
    return std::get_if<ScanNode>(&plan.relations[id].node);
}

bool folds(const AggregateColumn& aggregate) {
    switch (aggregate.function) {
        case Aggregation::count:
        case Aggregation::sum:
        case Aggregation::avg:
        case Aggregation::mean_gap:
            return !aggregate.argument.has_value();
        case Aggregation::min:
        case Aggregation::max:
        case Aggregation::first:
        case Aggregation::last:
        case Aggregation::count_distinct:
            return false;
    }
    return false;
}

bool is_native_join(const LogicalPlan& plan, RelationId id) { return plain_join(plan, id) != nullptr; }

bool is_native_aggregate(const LogicalPlan& plan, RelationId id) {
    const auto input = folded_input(plan, id);
    return input && (scan_at(plan, *input) != nullptr || is_native_join(plan, *input));
}

bool is_rows_of_text(const LogicalOutput& output) {
    return output.partition_by.empty() && (output.format == "json" || output.format == "jsonl");
}

PhysicalOutput choose_output(const LogicalPlan& plan, std::size_t index, RewriteSet rewrites) {
    const LogicalOutput& output = plan.outputs[index];
    if (is_native_aggregate(plan, output.from)) {
        if (rewrites.has(Rewrite::eager_aggregation))
            return {index, Strategy::native_aggregate, "a report over one key, from each side's rows per key"};
        return {index, Strategy::relational, "eager_aggregation is off"};
    }
    if (is_rows_of_text(output) && is_native_join(plan, output.from)) {
        if (rewrites.has(Rewrite::eager_serialisation))
            return {index, Strategy::native_pairs,
                    "a join that is only written, from rows formatted while they are read"};
        return {index, Strategy::relational, "eager_serialisation is off"};
    }
    return {index, Strategy::relational, "a shape that DuckDB runs"};
}

void mark_sources(const LogicalPlan& plan, PhysicalPlan& physical) {
    physical.native_sources.assign(plan.sources.size(), false);
    physical.relational_sources.assign(plan.sources.size(), false);
    for (const PhysicalOutput& output : physical.outputs) {
        auto& marks = output.strategy == Strategy::relational ? physical.relational_sources : physical.native_sources;
        for (const RelationId id : relations_behind(plan, plan.outputs[output.output].from)) {
            if (const ScanNode* scan = scan_at(plan, id)) marks[scan->source] = true;
        }
    }
}

bool any_pairs(const PhysicalPlan& physical) {
    return std::ranges::any_of(physical.outputs,
                               [](const PhysicalOutput& output) { return output.strategy == Strategy::native_pairs; });
}

// Sends every output of one strategy to DuckDB.
void give_up(PhysicalPlan& physical, Strategy strategy, const std::string& reason) {
    for (PhysicalOutput& output : physical.outputs) {
        if (output.strategy != strategy) continue;
        output.strategy = Strategy::relational;
        output.reason = reason;
        output.spools_rows = strategy == Strategy::native_pairs;
        output.for_memory = true;
    }
}

// Rows that no step changes need not go through DuckDB, whose sorts hold many of them at once.
void spool_carried_rows(const LogicalPlan& plan, const PlanLimits& limits, PhysicalPlan& physical) {
    for (PhysicalOutput& output : physical.outputs) {
        const LogicalOutput& logical = plan.outputs[output.output];
        if (output.strategy != Strategy::relational || output.spools_rows || !is_rows_of_text(logical)) continue;
        const auto scan = carried_scan(plan, logical.from);
        if (!scan) continue;
        std::vector<bool> sources(plan.sources.size(), false);
        sources[scan_at(plan, *scan)->source] = true;
        if (native_memory_estimate(sources, true, limits) <= limits.memory_bytes) continue;
        output.spools_rows = true;
        output.for_memory = true;
        output.reason = "rows of a source, from texts on disk: DuckDB filters and sorts their places";
    }
}

}  // namespace

const JoinNode* plain_join(const LogicalPlan& plan, RelationId relation) {
    const auto* join = std::get_if<JoinNode>(&plan.relations[relation].node);
    if (join == nullptr || join->shape.how != JoinKind::inner || join->shape.keys.size() != 1) return nullptr;
    const ScanNode* left = scan_at(plan, join->left);
    const ScanNode* right = scan_at(plan, join->right);
    return left != nullptr && right != nullptr && left->source != right->source ? join : nullptr;
}

std::optional<RelationId> folded_input(const LogicalPlan& plan, RelationId relation) {
    const Node& node = plan.relations[relation].node;
    if (const auto* count_by = std::get_if<CountByNode>(&node); count_by != nullptr && count_by->keys.size() == 1)
        return count_by->input;
    if (const auto* group_by = std::get_if<GroupByNode>(&node);
        group_by != nullptr && group_by->keys.size() == 1 && std::ranges::all_of(group_by->aggregates, folds))
        return group_by->input;
    return std::nullopt;
}

PhysicalPlan choose_physical(const LogicalPlan& plan, const PlanLimits& limits, RewriteSet rewrites) {
    PhysicalPlan physical;
    for (std::size_t index = 0; index < plan.outputs.size(); ++index)
        physical.outputs.push_back(choose_output(plan, index, rewrites));
    mark_sources(plan, physical);

    // Formatted rows are what costs memory, so they go first.
    for (const Strategy strategy : {Strategy::native_pairs, Strategy::native_aggregate}) {
        if (native_memory_estimate(physical.native_sources, any_pairs(physical), limits) <= limits.memory_bytes) break;
        give_up(physical, strategy, "the native engine would need more than --memory");
        mark_sources(plan, physical);
    }
    spool_carried_rows(plan, limits, physical);
    return physical;
}

PhysicalPlan without_native_pairs(const LogicalPlan& plan, PhysicalPlan physical, const std::string& reason) {
    give_up(physical, Strategy::native_pairs, reason);
    mark_sources(plan, physical);
    return physical;
}

PhysicalPlan without_native(const LogicalPlan& plan, PhysicalPlan physical, const std::string& reason) {
    give_up(physical, Strategy::native_pairs, reason);
    give_up(physical, Strategy::native_aggregate, reason);
    mark_sources(plan, physical);
    return physical;
}

std::uint64_t native_memory_estimate(const std::vector<bool>& sources, bool pairs, const PlanLimits& limits) {
    std::uint64_t input = 0;
    for (std::size_t source = 0; source < sources.size(); ++source)
        if (sources[source]) input += limits.source_bytes[source];
    if (std::ranges::none_of(sources, [](bool used) { return used; })) return 0;
    const double per_byte = kReportBytesPerInputByte + (pairs ? kPairsBytesPerInputByte : 0);
    return kNativeBaseBytes + static_cast<std::uint64_t>(limits.threads) * kNativeBytesPerThread +
           static_cast<std::uint64_t>(per_byte * static_cast<double>(input));
}

std::uint64_t spooled_bytes(const LogicalPlan& plan, const PhysicalPlan& physical,
                            const std::vector<std::uint64_t>& source_bytes) {
    std::uint64_t bytes = 0;
    for (const PhysicalOutput& output : physical.outputs) {
        if (!output.spools_rows) continue;
        for (const RelationId id : relations_behind(plan, plan.outputs[output.output].from))
            if (const ScanNode* scan = scan_at(plan, id)) bytes += source_bytes[scan->source] / 2;
    }
    return bytes;
}

std::optional<RelationId> carried_scan(const LogicalPlan& plan, RelationId relation) {
    for (;;) {
        const Node& node = plan.relations[relation].node;
        if (std::holds_alternative<ScanNode>(node)) return relation;
        const bool carries = std::holds_alternative<FilterNode>(node) || std::holds_alternative<SortNode>(node) ||
                             std::holds_alternative<DedupeNode>(node);
        if (!carries) return std::nullopt;
        relation = inputs_of(node)[0];
    }
}

std::vector<RelationId> relations_behind(const LogicalPlan& plan, RelationId relation) {
    std::set<RelationId> behind{relation};
    // Relations stand after all that they read from, so one pass downwards finds everything.
    for (RelationId id = relation + 1; id-- > 0;) {
        if (!behind.contains(id)) continue;
        for (const RelationId input : inputs_of(plan.relations[id].node)) behind.insert(input);
    }
    return {behind.begin(), behind.end()};
}

}  // namespace sluice
