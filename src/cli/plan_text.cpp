#include "cli/plan_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/text_tree.hpp"
#include "monitoring/number_text.hpp"

namespace sluice {
namespace {

// A long list of inputs would hide the rest.
constexpr std::size_t kMostFiles = 5;

std::string rows_text(const RowEstimate& rows) {
    switch (rows.kind) {
        case RowEstimate::Kind::about:
            return fmt::format("about {} rows", count_text(rows.rows));
        case RowEstimate::Kind::at_most:
            return fmt::format("at most about {} rows", count_text(rows.rows));
        case RowEstimate::Kind::unknown:
            return "";
    }
    return "";
}

void add_memory(TextTree& tree, const PlanDescription& plan) {
    tree.add(0, fmt::format("{}: {}", plan.pipeline, plan.config_path));
    std::string line = fmt::format("{} thread{}, up to {} of memory", plan.threads, plan.threads == 1 ? "" : "s",
                                   bytes_text(plan.memory_budget));
    if (plan.native_memory > 0) line += fmt::format("; native takes about {}", bytes_text(plan.native_memory));
    if (plan.uses_duckdb) line += "; DuckDB spills to disk beyond it";
    tree.add(1, line);
    if (!plan.environment.empty()) tree.add(1, fmt::format("environment: {}", plan.environment));
    for (const auto& [name, value] : plan.params) tree.add(1, fmt::format("param {}: {}", name, value));
}

void add_files(TextTree& tree, const PlannedSource& source) {
    const std::size_t shown = source.files.size() > kMostFiles ? kMostFiles - 1 : source.files.size();
    for (std::size_t index = 0; index < shown; ++index)
        tree.add(2, fmt::format("{}: {}", source.files[index].path, bytes_text(source.files[index].bytes)));
    if (shown < source.files.size()) tree.add(2, fmt::format("and {} more files", source.files.size() - shown));
}

void add_source(TextTree& tree, const PlannedSource& source) {
    std::vector<std::string> facts;
    facts.push_back(source.bytes ? bytes_text(*source.bytes) : "size not known before it runs");
    if (const std::string rows = rows_text(source.rows); !rows.empty()) facts.push_back(rows);
    facts.push_back("read by " + fmt::format("{}", fmt::join(source.engines, " and by ")));
    tree.add(1, fmt::format("{}: {}", source.name, fmt::join(facts, ", ")));
    if (!source.program.empty()) tree.add(2, fmt::format("runs: {}", source.program));
    add_files(tree, source);
    tree.add(2, source.all_columns ? std::string("columns: all")
                                   : fmt::format("columns: {}", fmt::join(source.columns, ", ")));
    std::vector<std::string> types;
    for (const auto& [column, type] : source.types) types.push_back(fmt::format("{} is a {}", column, type));
    if (!types.empty()) tree.add(2, fmt::format("types: {}", fmt::join(types, ", ")));
}

void add_steps(TextTree& tree, const PlanDescription& plan) {
    if (plan.steps.empty()) return;
    tree.add(0, "steps");
    for (const PlannedStep& step : plan.steps) {
        const std::string rows = rows_text(step.rows);
        tree.add(1, fmt::format("{}{}{}", step.name, rows.empty() ? "" : ": ", rows));
        tree.add(2, fmt::format("{} {}", step.kind, step.does));
    }
}

void add_outputs(TextTree& tree, const PlanDescription& plan) {
    tree.add(0, "outputs");
    for (const PlannedOutput& output : plan.outputs) {
        const std::string to = output.destinations.empty() ? "nowhere: its destinations are off"
                                                           : fmt::format("{}", fmt::join(output.destinations, ", "));
        std::string line = fmt::format("{}: {} of {}", output.file, output.format, output.from);
        if (output.compression.method != Compression::none)
            line +=
                fmt::format(", {} at level {}", compression_name(output.compression.method), output.compression.level);
        if (!output.partition_by.empty())
            line += fmt::format(", a file for each {}", fmt::join(output.partition_by, " and "));
        if (output.sha256) line += ", with SHA-256";
        tree.add(1, fmt::format("{}, to {}", line, to));
        tree.add(2, fmt::format("by {}: {}", output.engine, output.reason));
    }
}

void add_checks(TextTree& tree, const PlanDescription& plan) {
    if (plan.checks.empty()) return;
    tree.add(0, "expectations");
    for (const PlannedCheck& check : plan.checks)
        tree.add(1, fmt::format("{} of {}: {}, looked at {}", check.check, check.on, check.severity, check.how));
}

void add_rewrites(TextTree& tree, const PlanDescription& plan) {
    tree.add(0, "rewrites");
    for (const PlannedRewrite& rewrite : plan.rewrites) {
        const std::string what = !rewrite.on                  ? "off"
                                 : rewrite.applies_to.empty() ? "nothing to do"
                                                              : fmt::format("{}", fmt::join(rewrite.applies_to, ", "));
        tree.add(1, fmt::format("{}: {}", rewrite.name, what));
    }
}

void add_list(TextTree& tree, const std::string& title, const std::vector<std::string>& lines) {
    tree.add(0, title);
    for (const std::string& line : lines) tree.add(1, line);
    if (lines.empty()) tree.add(1, "nothing");
}

}  // namespace

std::string plan_text(const PlanDescription& plan, std::size_t width) {
    TextTree tree(width);
    add_memory(tree, plan);
    tree.add(0, "sources");
    for (const PlannedSource& source : plan.sources) add_source(tree, source);
    add_steps(tree, plan);
    add_outputs(tree, plan);
    add_checks(tree, plan);
    add_rewrites(tree, plan);
    tree.add(0, "destinations");
    for (const DestinationReport& destination : plan.destinations)
        tree.add(1, fmt::format("{}: {}", destination.name,
                                destination.on ? destination.address : "off: " + destination.off_reason));
    return tree.text();
}

std::string access_text(const AccessList& access, std::size_t width) {
    TextTree tree(width);
    add_list(tree, "reads", access.reads);
    if (!access.programs.empty()) add_list(tree, "runs, with all that these may touch", access.programs);
    add_list(tree, "writes", access.writes);
    tree.add(0, "hosts");
    for (const HostAccess& host : access.hosts) tree.add(1, fmt::format("{}: {}", host.host, host.why));
    if (access.hosts.empty()) tree.add(1, "none");
    std::string text = tree.text();
    for (const BucketPolicy& policy : access.policies)
        text += fmt::format("\nthe least policy for {}\n{}", policy.address, policy.document);
    return text;
}

}  // namespace sluice
