#include "pipeline/plan_description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "config/column_types.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/expectation_plan.hpp"
#include "pipeline/partition_files.hpp"
#include "pipeline/run_settings.hpp"
#include "pipeline/step_text.hpp"
#include "plan/physical.hpp"
#include "plan/relational/needed_columns.hpp"
#include "rows/settled_scan.hpp"

namespace sluice {

namespace {

// Enough rows for a mean length, little enough to be read at once.
constexpr std::uint64_t kSampleBytes = 256ULL << 10;

struct Sample {
    std::optional<std::uint64_t> bytes;       // of the whole source
    std::optional<std::uint64_t> text_bytes;  // inflated
    RowEstimate rows;
    std::vector<std::string> columns;
};

// Reads the first block of a source.
Result<Sample> sample_by(const ScannableSource& source, const ScanRequest& request) {
    Sample sample{.bytes = source.bytes(),
                  .text_bytes = source.text_bytes(),
                  .rows = {RowEstimate::Kind::about, 0},
                  .columns = {}};
    const auto scan = source.scan(request);
    const auto reader = scan->reader();
    TRY_ASSIGN(const Block* block, reader->next());
    if (block == nullptr) return sample;
    std::set<ColumnId> seen;
    for (const RowEntry& entry : block->entries)
        if (seen.insert(entry.column).second) sample.columns.push_back(scan->column_name(entry.column));
    const auto share = static_cast<double>(source.bytes()) / static_cast<double>(request.progress->bytes.load());
    sample.rows.rows =
        static_cast<std::uint64_t>(std::llround(static_cast<double>(request.progress->rows.load()) * share));
    return sample;
}

Result<Sample> sample_of(const ScannableSource& source) {
    ScanProgress progress;
    ScanRequest request;
    request.entries = true;
    request.progress = &progress;
    return scan_settled(std::move(request), [&](const ScanRequest& settled) { return sample_by(source, settled); });
}

// "timestamp of Asia/Jakarta", "timestamp as epoch_ms".
std::string type_text(const DeclaredType& declared) {
    return std::string(type_name(declared.type)) + declared.notation.in_words();
}

class Describer {
public:
    Describer(const RunOptions& options, const Config& config, Assembly& assembly, RewriteSet rewrites)
        : options_(options),
          config_(config),
          assembly_(assembly),
          expected_(plan_expectations(assembly.plan, assembly.expectations)),
          plan_(expected_.plan),
          rewrites_(rewrites) {}

    Result<PlanDescription> describe() {
        description_.pipeline = config_.pipeline;
        description_.config_path = config_.path.string();
        description_.config_hash = config_.hash;
        description_.environment = config_.environment;
        for (const ParamValue& param : config_.params) description_.params.emplace_back(param.name, param.value);
        description_.threads = thread_count(options_);
        description_.memory_budget = memory_budget(options_);
        description_.destinations = assembly_.destination_reports;
        TRY(take_samples());
        choose();
        add_sources();
        add_steps();
        add_outputs();
        add_checks();
        add_rewrites();
        return std::move(description_);
    }

private:
    Result<> take_samples() {
        const ExtractorContext context{.base = options_.base,
                                       .temp_dir = {},
                                       .block_size = kSampleBytes,
                                       .stop = nullptr,
                                       .retry = {},
                                       .wait = false};
        for (const auto& extractor : assembly_.extractors) {
            Sample& sample = samples_.emplace_back();
            if (!extractor->program().empty() || extractor->reads_stdin()) continue;
            TRY_ASSIGN(const auto source, extractor->open(context));
            TRY_ASSIGN(sample, sample_of(*source));
        }
        return {};
    }

    void choose() {
        PlanLimits limits{
            .source_bytes = {}, .memory_bytes = description_.memory_budget, .threads = description_.threads};
        for (const Sample& sample : samples_) limits.source_bytes.push_back(sample.text_bytes.value_or(0));
        physical_ = choose_physical(plan_, limits, rewrites_);
        const auto uses = [this](Strategy strategy) {
            return std::ranges::find(physical_.outputs, strategy, &PhysicalOutput::strategy) != physical_.outputs.end();
        };
        description_.uses_duckdb = uses(Strategy::relational);
        description_.native_memory =
            native_memory_estimate(physical_.native_sources, uses(Strategy::native_pairs), limits);

        std::vector<std::vector<std::string>> columns;
        for (const Sample& sample : samples_) columns.push_back(sample.columns);
        std::vector<RelationId> wanted;
        for (const LogicalOutput& output : plan_.outputs) wanted.push_back(output.from);
        needed_ = needed_columns(plan_, columns, wanted, false,
                                 std::vector<std::optional<RelationId>>(plan_.relations.size()), {}, {});
        estimate_rows();
    }

    void estimate_rows() {
        for (const Relation& relation : plan_.relations) {
            RowEstimate estimate;
            if (const auto* scan = std::get_if<ScanNode>(&relation.node)) {
                estimate = samples_[scan->source].rows;
            } else if (const auto inputs = inputs_of(relation.node); inputs.size() == 1) {
                estimate = estimate_step(relation.node, rows_[inputs[0]]);
            }
            rows_.push_back(estimate);
        }
    }

    // A step that reads one input.
    static RowEstimate estimate_step(const Node& node, RowEstimate input) {
        if (std::holds_alternative<SqlNode>(node) || std::holds_alternative<UnnestNode>(node)) return {};
        const bool drops_some = std::holds_alternative<FilterNode>(node) || std::holds_alternative<CountByNode>(node) ||
                                std::holds_alternative<GroupByNode>(node) || std::holds_alternative<DedupeNode>(node);
        if (input.kind == RowEstimate::Kind::about && drops_some) input.kind = RowEstimate::Kind::at_most;
        return input;
    }

    void add_sources() {
        for (RelationId id = 0; id < plan_.relations.size(); ++id)
            if (const auto* scan = std::get_if<ScanNode>(&plan_.relations[id].node)) add_source(id, scan->source);
    }

    void add_source(RelationId id, std::size_t source) {
        const Extractor& extractor = *assembly_.extractors[source];
        const auto item = std::ranges::find(config_.sources, plan_.sources[source], &ConfigItem::name);
        PlannedSource planned;
        planned.name = plan_.sources[source];
        planned.type = item->type;
        planned.place = item->name_location.text();
        planned.program = extractor.program();
        planned.bytes = samples_[source].bytes;
        planned.rows = samples_[source].rows;
        for (const std::filesystem::path& path : extractor.files(options_.base)) {
            std::error_code gone;
            const std::uint64_t bytes = std::filesystem::file_size(path, gone);
            planned.files.push_back({path.lexically_normal().string(), gone ? 0 : bytes});
        }
        for (RemoteInput& input : extractor.remote_inputs())
            planned.files.push_back({std::move(input.address), input.bytes});
        if (needed_[id] && !needed_[id]->all) {
            planned.all_columns = false;
            planned.columns.assign(needed_[id]->names.begin(), needed_[id]->names.end());
        }
        for (const auto& [column, type] : extractor.types()) planned.types.emplace_back(column, type_text(type));
        if (physical_.native_sources[source]) planned.engines.emplace_back("native");
        if (physical_.relational_sources[source]) planned.engines.emplace_back("duckdb");
        description_.sources.push_back(std::move(planned));
    }

    void add_steps() {
        for (RelationId id = 0; id < expected_.own_relations; ++id) {
            const Relation& relation = plan_.relations[id];
            if (std::holds_alternative<ScanNode>(relation.node)) continue;
            PlannedStep step{.name = relation.name,
                             .kind = std::string(kind_of(relation.node)),
                             .inputs = {},
                             .does = step_text(plan_, relation),
                             .place = relation.location.text(),
                             .rows = rows_[id]};
            for (const RelationId input : inputs_of(relation.node)) step.inputs.push_back(plan_.relations[input].name);
            description_.steps.push_back(std::move(step));
        }
    }

    void add_outputs() {
        for (const PhysicalOutput& physical : std::span(physical_.outputs).first(expected_.own_outputs)) {
            const LogicalOutput& logical = plan_.outputs[physical.output];
            PlannedOutput output{.name = logical.name,
                                 .file = file_pattern(logical),
                                 .format = logical.format,
                                 .compression = logical.compression,
                                 .partition_by = {},
                                 .sha256 = logical.sha256,
                                 .from = plan_.relations[logical.from].name,
                                 .engine = physical.strategy == Strategy::relational ? "duckdb" : "native",
                                 .reason = physical.reason,
                                 .destinations = {}};
            for (const PartitionColumn& column : logical.partition_by) output.partition_by.push_back(column.name);
            for (const std::size_t destination : logical.destinations)
                output.destinations.push_back(description_.destinations[destination].name);
            description_.outputs.push_back(std::move(output));
        }
    }

    void add_checks() {
        for (const PlannedExpectation& planned : expected_.expectations)
            description_.checks.push_back({.on = plan_.relations[planned.on].name,
                                           .check = planned.expectation.title(),
                                           .severity = std::string(severity_name(planned.severity)),
                                           .how = how_checked(planned),
                                           .place = planned.expectation.location.text()});
    }

    [[nodiscard]] std::string how_checked(const PlannedExpectation& planned) const {
        const std::string& on = plan_.relations[planned.on].name;
        switch (planned.look) {
            case Look::scan:
            case Look::quarantine:
                return fmt::format("while '{}' is read", on);
            case Look::counts:
                return "from the books";
            case Look::output:
                return fmt::format("while '{}' is written", plan_.outputs[*planned.output].file);
            case Look::rows:
            case Look::keys:
                break;
        }
        const bool native = physical_.outputs[*planned.output].strategy != Strategy::relational;
        return fmt::format("from {} that {} makes", planned.look == Look::keys ? "rows per key" : "rows",
                           native ? "the native engine" : "DuckDB");
    }

    [[nodiscard]] std::vector<std::string> outputs_by(Strategy strategy) const {
        std::vector<std::string> files;
        for (const PhysicalOutput& output : std::span(physical_.outputs).first(expected_.own_outputs))
            if (output.strategy == strategy) files.push_back(plan_.outputs[output.output].file);
        return files;
    }

    [[nodiscard]] std::vector<std::string> sources_read_once() const {
        std::map<std::size_t, std::size_t> readers;
        for (const LogicalOutput& output : plan_.outputs)
            for (const RelationId id : relations_behind(plan_, output.from))
                if (const auto* scan = std::get_if<ScanNode>(&plan_.relations[id].node)) ++readers[scan->source];
        std::vector<std::string> names;
        for (const auto& [source, outputs] : readers)
            if (outputs > 1) names.push_back(plan_.sources[source]);
        return names;
    }

    void add_rewrites() {
        for (std::size_t index = 0; index < rewrite_names().size(); ++index) {
            const auto rewrite = static_cast<Rewrite>(index);
            PlannedRewrite planned{
                .name = std::string(rewrite_names()[index]), .on = rewrites_.has(rewrite), .applies_to = {}};
            if (planned.on) planned.applies_to = what_it_applies_to(rewrite);
            description_.rewrites.push_back(std::move(planned));
        }
    }

    [[nodiscard]] std::vector<std::string> what_it_applies_to(Rewrite rewrite) const {
        switch (rewrite) {
            case Rewrite::eager_aggregation:
                return outputs_by(Strategy::native_aggregate);
            case Rewrite::eager_serialisation:
                return outputs_by(Strategy::native_pairs);
            case Rewrite::needed_columns: {
                std::vector<std::string> names;
                for (const PlannedSource& source : description_.sources)
                    if (!source.all_columns && std::ranges::find(source.engines, "duckdb") != source.engines.end())
                        names.push_back(source.name);
                return names;
            }
            case Rewrite::scan_once:
                return sources_read_once();
        }
        return {};
    }

    const RunOptions& options_;
    const Config& config_;
    Assembly& assembly_;
    const ExpectationPlan expected_;
    const LogicalPlan& plan_;
    RewriteSet rewrites_;
    PlanDescription description_;
    std::vector<Sample> samples_;  // by source
    PhysicalPlan physical_;
    std::vector<std::optional<NeededColumns>> needed_;  // by relation
    std::vector<RowEstimate> rows_;                     // by relation
};

}  // namespace

Result<PlanDescription> describe_plan(const RunOptions& options) {
    TRY_ASSIGN(const RewriteSet rewrites, RewriteSet::without(options.without));
    TRY_ASSIGN(const Config config, load_run_config(options));
    TRY_ASSIGN(Assembly assembly, assemble(config, {options.only, options.to}));
    return Describer(options, config, assembly, rewrites).describe();
}

}  // namespace sluice
