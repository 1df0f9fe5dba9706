#include "pipeline/assembly.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "config/validation.hpp"
#include "loaders/local_destination.hpp"
#include "pipeline/output_places.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/usual_range.hpp"
#include "quality/expectations/expectation_reading.hpp"

namespace sluice {

namespace {

template <typename Types>
const auto& type_named(const Types& types, std::string_view type) {
    return *std::ranges::find(types, type, [](const auto& entry) { return entry.type; });
}

// Adds relations to a plan in an order in which each stands after all that it reads from.
class PlanBuilder {
public:
    PlanBuilder(const Config& config, Assembly& assembly, Diagnostics& faults)
        : config_(config), assembly_(assembly), faults_(faults) {}

    // Empty after a fault. The loader has made sure that names are known and that no step reads from itself.
    std::optional<RelationId> relation(const std::string& name) {
        if (const auto known = relations_.find(name); known != relations_.end()) return known->second;
        for (const ConfigItem& item : config_.sources)
            if (item.name == name) return add_source(item);
        for (const ConfigItem& item : config_.transforms)
            if (item.name == name) return add_step(item);
        return std::nullopt;
    }

    [[nodiscard]] bool has(const std::string& name) const { return relations_.contains(name); }

private:
    std::optional<RelationId> add_source(const ConfigItem& item) {
        auto extractor = type_named(extractor_types(), item.type).from_config(item, faults_);
        if (!extractor) return std::nullopt;
        if (extractor->reads_stdin()) {
            if (stdin_reader_ != nullptr) {
                faults_.add(item.section.location("path"),
                            fmt::format("source '{}' reads standard input, and so does '{}': it can be read once only",
                                        item.name, stdin_reader_->name),
                            {}, "read one of them from a file");
                return std::nullopt;
            }
            stdin_reader_ = &item;
        }
        assembly_.extractors.push_back(std::move(extractor));
        assembly_.plan.sources.push_back(item.name);
        return add(item, ScanNode{assembly_.plan.sources.size() - 1});
    }

    std::optional<RelationId> add_step(const ConfigItem& item) {
        const auto transformer = type_named(transformer_types(), item.type).from_config(item, faults_);
        if (!transformer) return std::nullopt;
        std::vector<RelationId> inputs;
        for (const LocatedText& input : transformer->inputs()) {
            const auto id = relation(input.value);
            if (!id) return std::nullopt;
            inputs.push_back(*id);
        }
        return add(item, transformer->node(inputs));
    }

    RelationId add(const ConfigItem& item, Node node) {
        assembly_.plan.relations.push_back({item.name, item.name_location, std::move(node)});
        return relations_[item.name] = assembly_.plan.relations.size() - 1;
    }

    const Config& config_;
    Assembly& assembly_;
    Diagnostics& faults_;
    const ConfigItem* stdin_reader_ = nullptr;
    std::map<std::string, RelationId> relations_;
};

Result<std::vector<const OutputSpec*>> selected_outputs(const Config& config, const std::vector<std::string>& only) {
    std::vector<const OutputSpec*> selected;
    for (const OutputSpec& output : config.outputs) {
        const bool wanted = only.empty() || std::ranges::any_of(only, [&](const std::string& name) {
                                return name == output.file.value || name == output.from.value;
                            });
        if (wanted) selected.push_back(&output);
    }
    for (const std::string& name : only) {
        const bool known = std::ranges::any_of(config.outputs, [&](const OutputSpec& output) {
            return name == output.file.value || name == output.from.value;
        });
        if (known) continue;
        std::vector<std::string_view> names;
        for (const OutputSpec& output : config.outputs) {
            names.emplace_back(output.from.value);
            names.emplace_back(output.file.value);
        }
        const std::string_view near = nearest_name(name, names);
        return config_error(
            "unknown_output",
            fmt::format("--only {}: no output has this `file` or `from`{}\n  there are: {}", name,
                        near.empty() ? "" : fmt::format("; did you mean '{}'?", near), fmt::join(names, ", ")));
    }
    return selected;
}

// How many columns a relation has, as far as the config alone says it.
std::optional<std::size_t> column_count(const LogicalPlan& plan, RelationId id) {
    const Node& node = plan.relations[id].node;
    if (const auto* count_by = std::get_if<CountByNode>(&node)) return count_by->keys.size() + 1;
    if (const auto* group_by = std::get_if<GroupByNode>(&node))
        return group_by->keys.size() + group_by->aggregates.size();
    if (const auto* select = std::get_if<SelectNode>(&node)) return select->columns.size();
    if (const auto* filter = std::get_if<FilterNode>(&node)) return column_count(plan, filter->input);
    if (const auto* sort = std::get_if<SortNode>(&node)) return column_count(plan, sort->input);
    if (const auto* unnest = std::get_if<UnnestNode>(&node)) return column_count(plan, unnest->input);
    if (const auto* dedupe = std::get_if<DedupeNode>(&node)) return column_count(plan, dedupe->input);
    if (const auto* rename = std::get_if<RenameNode>(&node)) return column_count(plan, rename->input);
    if (const auto* cast = std::get_if<CastNode>(&node)) return column_count(plan, cast->input);
    if (const auto* mask = std::get_if<MaskNode>(&node)) return column_count(plan, mask->input);
    if (const auto* join = std::get_if<JoinNode>(&node)) {
        if (join->shape.how == JoinKind::semi || join->shape.how == JoinKind::anti)
            return column_count(plan, join->left);
    }
    return std::nullopt;
}

void check_columns(const LogicalPlan& plan, const OutputSpec& spec, RelationId from, Diagnostics& faults) {
    if (spec.format.value != "json_object") return;
    const auto count = column_count(plan, from);
    if (!count || *count == 2 + spec.partition_by.size()) return;
    faults.add(spec.format.location,
               fmt::format("format json_object takes exactly two columns, key then value, but '{}' has {}",
                           spec.from.value, *count),
               {}, "write this output as json or jsonl, or put a `select` of two columns before it");
}

// The expectations of one source or step.
class ExpectationBuilder {
public:
    ExpectationBuilder(const Config& config, PlanBuilder& builder, Assembly& assembly, Diagnostics& faults)
        : config_(config),
          builder_(builder),
          assembly_(assembly),
          faults_(faults),
          severity_(default_severity(config)) {}

    void add(const ConfigItem& item, ExpectationOwner owner) {
        Diagnostics ignored;  // the loader has shown these faults
        for (Expectation& expectation : read_expectations(item, owner, ignored)) {
            const auto on = builder_.relation(item.name);
            if (!on) return;
            AssembledExpectation assembled{
                .expectation = std::move(expectation), .severity = severity_, .on = *on, .others = {}};
            assembled.severity = assembled.expectation.severity.value_or(severity_);
            if (add_others(assembled)) assembly_.expectations.push_back(std::move(assembled));
        }
    }

private:
    bool add_others(AssembledExpectation& assembled) {
        std::vector<LocatedText> names = assembled.expectation.tables;
        if (assembled.expectation.kind == ExpectationKind::referential) names = {assembled.expectation.other};
        for (const LocatedText& name : names) {
            const auto other = builder_.relation(name.value);
            if (!other) {
                refuse(name);
                return false;
            }
            assembled.others.push_back(*other);
        }
        return true;
    }

    void refuse(const LocatedText& name) {
        std::vector<std::string_view> names;
        for (const auto* items : {&config_.sources, &config_.transforms})
            for (const ConfigItem& item : *items) names.emplace_back(item.name);
        if (std::ranges::find(names, name.value) != names.end()) return;  // its own faults are told
        faults_.add(name.location, fmt::format("there is no source or step {}", in_quotes(name.value)),
                    suggestion(name.value, names, faults_), allowed_hint(names));
    }

    const Config& config_;
    PlanBuilder& builder_;
    Assembly& assembly_;
    Diagnostics& faults_;
    Severity severity_;
};

// Of what is read anyway; without --only, of all.
void add_expectations(const Config& config, bool all, PlanBuilder& builder, Assembly& assembly, Diagnostics& faults) {
    ExpectationBuilder expectations(config, builder, assembly, faults);
    for (const ConfigItem& item : config.sources)
        if (all || builder.has(item.name)) expectations.add(item, ExpectationOwner::source);
    for (const ConfigItem& item : config.transforms)
        if (all || builder.has(item.name)) expectations.add(item, ExpectationOwner::step);
}

// Makes the destinations that are on; gives for each of the config's destinations its index among them.
std::vector<std::optional<std::size_t>> add_destinations(const Config& config, Assembly& assembly,
                                                         Diagnostics& faults) {
    std::vector<std::optional<std::size_t>> indices;
    std::vector<DestinationReport> off;
    for (const DestinationItem& item : config.destinations) {
        if (!item.on) {
            indices.emplace_back(std::nullopt);
            off.push_back(
                {.name = item.name, .address = {}, .on = false, .off_reason = item.off_reason, .published = false});
            continue;
        }
        auto destination = type_named(destination_types(), item.type).from_config(item, faults);
        if (!destination) {
            indices.emplace_back(std::nullopt);
            continue;
        }
        indices.emplace_back(assembly.destinations.size());
        assembly.destination_reports.push_back(
            {.name = item.name, .address = destination->address(), .on = true, .off_reason = {}, .published = false});
        assembly.destinations.push_back(
            {.destination = std::move(destination), .required = item.section.boolean("required")});
    }
    assembly.destination_reports.insert(assembly.destination_reports.end(), off.begin(), off.end());
    return indices;
}

void add_folder_destination(const std::filesystem::path& to, Assembly& assembly) {
    auto destination = std::make_unique<LocalDestination>(LocalOptions{.path = std::filesystem::absolute(to)});
    assembly.destination_reports.push_back(
        {.name = "--to", .address = destination->address(), .on = true, .off_reason = {}, .published = false});
    assembly.destinations.push_back({.destination = std::move(destination), .required = true});
}

// The loader has seen to it that no destination gets two outputs of one name; --to brings all of them together.
Result<> refuse_two_of_one_name(const std::vector<const OutputSpec*>& outputs) {
    std::map<std::string_view, const OutputSpec*> first;
    for (const OutputSpec* output : outputs) {
        const auto [found, is_new] = first.emplace(output->file.value, output);
        if (is_new) continue;
        return config_error(
            "two_outputs_of_one_name",
            fmt::format("--to: {} and {} both write '{}'; choose one of them with --only, by its `from`",
                        found->second->location.text(), output->location.text(), output->file.value));
    }
    return {};
}

LogicalOutput logical_output(const OutputSpec& spec, RelationId from) {
    LogicalOutput output{.name = spec.name,
                         .file = spec.file.value,
                         .format = spec.format.value,
                         .style = {},
                         .crlf = spec.crlf,
                         .compression = spec.compression,
                         .sha256 = spec.sha256,
                         .partition_by = {},
                         .max_partitions = spec.max_partitions,
                         .from = from,
                         .destinations = {},
                         .location = spec.location};
    for (const LocatedText& column : spec.partition_by) output.partition_by.push_back({column.value, column.location});
    output.style.timestamps = spec.timestamps == "epoch_ms" ? TimestampStyle::epoch_ms : TimestampStyle::iso;
    output.style.durations = spec.durations == "seconds" ? DurationStyle::seconds : DurationStyle::text;
    return output;
}

// As far as the config says it: one destination may lie in the folder of another. Links are seen by the run.
void check_places(const Assembly& assembly, Diagnostics& faults) {
    OutputPlaces places;
    for (const LogicalOutput& output : assembly.plan.outputs) {
        if (!output.partition_by.empty()) continue;
        for (const std::size_t index : output.destinations) {
            const Destination& destination = *assembly.destinations[index].destination;
            const auto folder = destination.named_folder();
            if (!folder) continue;
            const auto fault =
                places.take((*folder / output.file).lexically_normal().string(), true,
                            {.output = &output, .file = output.file, .destination = destination.address()});
            if (fault) faults.add(output.location, *fault, {}, std::string(OutputPlaces::kAdvice));
        }
    }
}

}  // namespace

Result<Assembly> assemble(const Config& config, const Selection& selection) {
    TRY_ASSIGN(const auto outputs, selected_outputs(config, selection.only));
    if (selection.to) TRY(refuse_two_of_one_name(outputs));
    Assembly assembly;
    Diagnostics faults;
    std::vector<std::optional<std::size_t>> destinations;
    if (selection.to)
        add_folder_destination(*selection.to, assembly);
    else
        destinations = add_destinations(config, assembly, faults);

    PlanBuilder builder(config, assembly, faults);
    for (const OutputSpec* spec : outputs) {
        const auto from = builder.relation(spec->from.value);
        if (!from) continue;
        check_columns(assembly.plan, *spec, *from, faults);
        LogicalOutput output = logical_output(*spec, *from);
        if (selection.to) {
            output.destinations = {0};
        } else {
            for (const std::size_t index : spec->destinations)
                if (destinations[index]) output.destinations.push_back(*destinations[index]);
        }
        assembly.plan.outputs.push_back(std::move(output));
    }
    add_expectations(config, selection.only.empty(), builder, assembly, faults);
    (void)usual_range(config, faults);
    check_places(assembly, faults);
    if (!faults.empty()) return faults.to_error();
    return assembly;
}

Result<Assembly> assemble_one(const Config& config, const std::string& name) {
    std::vector<std::string_view> names;
    for (const ConfigItem& item : config.sources) names.emplace_back(item.name);
    for (const ConfigItem& item : config.transforms) names.emplace_back(item.name);
    OutputSpec wanted;
    wanted.name = name;
    wanted.from.value = name;
    wanted.format.value = "jsonl";
    if (std::ranges::find(names, name) == names.end()) {
        const auto output = std::ranges::find_if(
            config.outputs, [&](const OutputSpec& one) { return one.file.value == name || one.name == name; });
        for (const OutputSpec& one : config.outputs) names.emplace_back(one.file.value);
        if (output == config.outputs.end()) {
            const std::string_view near = nearest_name(name, names);
            return config_error(
                "unknown_name",
                fmt::format("there is no source, step or output '{}'{}\n  there are: {}", name,
                            near.empty() ? "" : fmt::format("; did you mean '{}'?", near), fmt::join(names, ", ")));
        }
        wanted = *output;
    }
    Assembly assembly;
    Diagnostics faults;
    PlanBuilder builder(config, assembly, faults);
    const auto from = builder.relation(wanted.from.value);
    if (!faults.empty()) return faults.to_error();
    assembly.plan.outputs.push_back(logical_output(wanted, *from));
    return assembly;
}

}  // namespace sluice
