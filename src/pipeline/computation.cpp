#include "pipeline/computation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <utility>

#include "config/diagnostics.hpp"
#include "formats/format_writer.hpp"
#include "pipeline/counted_writing.hpp"
#include "pipeline/key_place.hpp"
#include "pipeline/memory_budget.hpp"
#include "pipeline/memory_guard.hpp"

namespace sluice {

namespace {

AggregateFunction native_function(const AggregateColumn& aggregate) {
    switch (aggregate.function) {
        case Aggregation::sum:
            return AggregateFunction::sum;
        case Aggregation::avg:
            return AggregateFunction::avg;
        case Aggregation::mean_gap:
            return AggregateFunction::mean_gap;
        default:
            return aggregate.column ? AggregateFunction::count : AggregateFunction::count_rows;
    }
}

NativeAggregate native_aggregate(const Relation& relation) {
    if (const auto* count_by = std::get_if<CountByNode>(&relation.node)) {
        const std::string place = count_by->key_locations[0].text();
        return {
            .step = relation.name,
            .place = place,
            .key = count_by->keys[0],
            .measures = {{.output = "count", .function = AggregateFunction::count_rows, .column = {}, .place = place}},
            .most_frequent_first = true};
    }
    const auto& group_by = std::get<GroupByNode>(relation.node);
    NativeAggregate native{.step = relation.name,
                           .place = group_by.key_locations[0].text(),
                           .key = group_by.keys[0],
                           .measures = {},
                           .most_frequent_first = false};
    for (const AggregateColumn& aggregate : group_by.aggregates)
        native.measures.push_back({.output = aggregate.name,
                                   .function = native_function(aggregate),
                                   .column = aggregate.column.value_or(""),
                                   .place = aggregate.location.text()});
    return native;
}

const RowLayout& layout_of(std::string_view format) { return format == "jsonl" ? kJsonLinesLayout : kJsonLayout; }

void set_state(const std::vector<ProgressTask*>& tasks, TaskState state) {
    for (ProgressTask* task : tasks)
        if (task != nullptr) task->state = state;
}

}  // namespace

Computation::Computation(const LogicalPlan& plan, const PhysicalPlan& physical,
                         const std::vector<std::unique_ptr<ScannableSource>>& sources,
                         const ComputationSettings& settings, Progress& progress)
    : plan_(&plan),
      physical_(&physical),
      sources_(&sources),
      settings_(settings),
      progress_(&progress),
      summaries_(sources.size()) {}

Result<Computation> Computation::prepare(const LogicalPlan& plan, const PhysicalPlan& physical,
                                         const std::vector<std::unique_ptr<ScannableSource>>& sources,
                                         const ComputationSettings& settings, Progress& progress) {
    Computation computation(plan, physical, sources, settings, progress);
    const bool shared = settings.rewrites.has(Rewrite::scan_once);
    std::vector<std::size_t> relational;
    for (const PhysicalOutput& output : physical.outputs) {
        if (output.strategy != Strategy::relational) {
            computation.add_native(output);
        } else if (shared) {
            relational.push_back(output.output);
        } else {
            TRY(computation.add_relational({output.output}));
        }
    }
    if (!relational.empty()) TRY(computation.add_relational(relational));
    return computation;
}

ProgressTask& Computation::read_task(std::string_view verb, std::size_t source) {
    return progress_->add(fmt::format("{} {}", verb, plan_->sources[source]), (*sources_)[source]->bytes());
}

BadRowSink* Computation::bad_rows_of(std::size_t source) {
    if (source >= settings_.bad_rows.size()) return nullptr;
    return std::exchange(settings_.bad_rows[source], nullptr);
}

bool Computation::surveyed_natively(std::size_t source) const {
    return settings_.rewrites.has(Rewrite::scan_once) && physical_->native_sources[source] &&
           physical_->relational_sources[source];
}

NativeEngine::InputId Computation::native_source(NativePart& part, std::size_t source) {
    if (const auto known = part.sources.find(source); known != part.sources.end()) return known->second;
    part.tasks.push_back(&read_task("read", source));
    const ScannableSource& guarded =
        *guarded_.emplace_back(guarded_source(*(*sources_)[source], settings_.most_resident));
    return part.sources[source] = part.engine.add_source(guarded, &part.tasks.back()->done, surveyed_natively(source),
                                                         bad_rows_of(source));
}

NativeEngine::InputId Computation::native_input(NativePart& part, RelationId relation) {
    const Node& node = plan_->relations[relation].node;
    if (const auto* scan = std::get_if<ScanNode>(&node)) return native_source(part, scan->source);
    if (const auto known = part.joins.find(relation); known != part.joins.end()) return known->second;
    const auto& join = std::get<JoinNode>(node);
    const NativeEngine::InputId left = native_input(part, join.left);
    const NativeEngine::InputId right = native_input(part, join.right);
    return part.joins[relation] = part.engine.add_join(
               left, right, {plan_->relations[relation].name, join.key_locations[0].text(), join.shape});
}

void Computation::add_native(const PhysicalOutput& output) {
    if (native_.empty() || !settings_.rewrites.has(Rewrite::scan_once))
        native_.push_back(std::make_unique<NativePart>(NativePart{
            NativeEngine(
                {.threads = settings_.threads, .stop = settings_.stop, .pairs_bytes = settings_.memory_bytes / 4 * 3}),
            {},
            {},
            {}}));
    NativePart& part = *native_.back();
    const LogicalOutput& logical = plan_->outputs[output.output];
    const Relation& relation = plan_->relations[logical.from];
    std::size_t id = 0;
    if (output.strategy == Strategy::native_pairs)
        id = part.engine.add_pairs(native_input(part, logical.from), layout_of(logical.format), logical.style);
    else
        id = part.engine.add_aggregate(native_input(part, inputs_of(relation.node)[0]), native_aggregate(relation));
    native_outputs_[output.output] = {&part, id};
}

Result<> Computation::add_relational(const std::vector<std::size_t>& outputs) {
    std::vector<RelationId> wanted;
    std::vector<SpooledRows> written;
    std::vector<const ScannableSource*> sources(plan_->sources.size(), nullptr);
    for (const std::size_t index : outputs) {
        const LogicalOutput& output = plan_->outputs[index];
        if (physical_->outputs[index].spools_rows) {
            spooled_outputs_[index] = written.size();
            written.push_back({.relation = output.from, .layout = layout_of(output.format), .style = output.style});
        } else {
            wanted.push_back(output.from);
        }
        for (const RelationId id : relations_behind(*plan_, output.from))
            if (const auto* scan = std::get_if<ScanNode>(&plan_->relations[id].node))
                sources[scan->source] = (*sources_)[scan->source].get();
    }
    RelationalPart part;
    std::vector<ScanProgress*> progress(plan_->sources.size(), nullptr);
    part.surveys.resize(plan_->sources.size(), nullptr);
    part.loads.resize(plan_->sources.size(), nullptr);
    for (std::size_t source = 0; source < sources.size(); ++source) {
        if (sources[source] == nullptr) continue;
        if (!surveyed_natively(source)) part.surveys[source] = &read_task("read", source);
        part.loads[source] = &read_task("load", source);
        progress[source] = &part.loads[source]->done;
    }
    TRY_ASSIGN(part.run, RelationalRun::open(*plan_, sources, progress,
                                             {.threads = settings_.threads,
                                              .memory_bytes = duckdb_share(settings_.memory_bytes, settings_.threads),
                                              .temp_dir = settings_.temp_dir,
                                              .stop = settings_.stop,
                                              .nearest_name = nearest_name,
                                              .all_columns = !settings_.rewrites.has(Rewrite::needed_columns),
                                              .rows_at_once = rows_at_once(settings_.memory_bytes, settings_.threads),
                                              .eager_aggregation = settings_.rewrites.has(Rewrite::eager_aggregation)},
                                             wanted, written));
    for (const std::size_t output : outputs) relational_outputs_[output] = relational_.size();
    relational_.push_back(std::move(part));
    return {};
}

Result<> Computation::read() {
    std::vector<bool> read(summaries_.size(), false);
    const auto keep = [&](std::size_t source, const ScanSummary& summary) {
        if (!read[source]) summaries_[source] = summary;
        read[source] = true;
    };
    for (const auto& part : native_) {
        set_state(part->tasks, TaskState::running);
        const Result<> scanned = part->engine.scan();
        set_state(part->tasks, TaskState::done);
        TRY(scanned);
        for (const auto& [source, input] : part->sources) keep(source, part->engine.summary(input));
    }
    for (RelationalPart& part : relational_) {
        TRY(survey(part, read));
        for (std::size_t source = 0; source < part.loads.size(); ++source)
            if (part.loads[source] != nullptr) keep(source, part.run->summary(source));
    }
    return {};
}

Result<> Computation::survey(RelationalPart& part, const std::vector<bool>& known) {
    std::vector<Survey> surveys(part.loads.size());
    for (std::size_t source = 0; source < surveys.size(); ++source) {
        surveys[source].settled = settings_.settled_surveys;
        if (part.surveys[source] != nullptr) surveys[source].progress = &part.surveys[source]->done;
        if (known[source] && surveyed_natively(source)) surveys[source].known = &summaries_[source];
        if (part.loads[source] != nullptr && surveys[source].known == nullptr)
            surveys[source].bad_rows = bad_rows_of(source);
    }
    set_state(part.surveys, TaskState::running);
    Result<> surveyed = part.run->survey(std::move(surveys));
    set_state(part.surveys, TaskState::done);
    return surveyed;
}

Result<WrittenOutput> Computation::write(const PhysicalOutput& output, ByteSink& sink, ProgressTask& task) {
    if (output.strategy == Strategy::native_pairs) {
        const NativeOutput& native = native_outputs_.at(output.output);
        TRY_ASSIGN(auto pairs, native.part->engine.write_pairs(native.id, sink, &task.done));
        return WrittenOutput{pairs.rows, std::move(pairs.columns)};
    }
    if (output.spools_rows) {
        const RelationalPart& part = relational_part(output);
        TRY_ASSIGN(auto written, part.run->write_spooled(spooled_outputs_.at(output.output), sink, &task.done));
        set_state(part.loads, TaskState::done);
        if (written) return WrittenOutput{written->rows, std::move(written->columns)};
    }
    TRY_ASSIGN(const auto stream, rows(output));
    return write_rows(*stream, plan_->outputs[output.output], sink, task);
}

Result<std::unique_ptr<RowStream>> Computation::rows(const PhysicalOutput& output) {
    auto rows = own_rows(output);
    if (!rows || !settings_.watch_rows) return rows;
    return settings_.watch_rows(output.output, std::move(*rows));
}

Result<std::unique_ptr<RowStream>> Computation::own_rows(const PhysicalOutput& output) {
    if (output.strategy == Strategy::relational) return relational_rows(output);
    const NativeOutput& native = native_outputs_.at(output.output);
    return native.part->engine.aggregate(native.id);
}

// Whoever asks for it is about to load the part's sources, if they are not loaded.
const Computation::RelationalPart& Computation::relational_part(const PhysicalOutput& output) {
    const RelationalPart& part = relational_[relational_outputs_.at(output.output)];
    for (ProgressTask* task : part.loads)
        if (task != nullptr && task->state == TaskState::waiting) task->state = TaskState::running;
    return part;
}

Result<std::unique_ptr<RowStream>> Computation::relational_rows(const PhysicalOutput& output) {
    const RelationalPart& part = relational_part(output);
    auto rows = part.run->stream(plan_->outputs[output.output].from);
    set_state(part.loads, TaskState::done);
    return rows;
}

Result<WrittenOutput> Computation::write_rows(RowStream& rows, const LogicalOutput& output, ByteSink& sink,
                                              ProgressTask& task) const {
    const auto& formats = output_formats();
    const auto format = std::ranges::find(formats, output.format, &OutputFormat::name);
    WriteRequest request(output.style);
    request.crlf = output.crlf;
    const auto relational = relational_outputs_.find(static_cast<std::size_t>(&output - plan_->outputs.data()));
    request.distinct_names =
        relational != relational_outputs_.end() && relational_[relational->second].run->has_distinct_names(output.from);
    request.place_of_key = [&](const Token& key) {
        const auto place = first_place_of_key(*plan_, *sources_, output.from, rows.columns()[0].name, key);
        return place ? place->text() : std::string();
    };
    CountedRows counted_rows(rows, task.done, settings_.stop);
    CountedBytes counted_bytes(sink, task.done);
    auto written = format->write(counted_rows, request, counted_bytes);
    if (!written && written.error().kind == ErrorKind::interrupted) return written.error();
    if (!written) return written.error().within(fmt::format("{}: output '{}'", output.location.text(), output.file));
    return WrittenOutput{written->rows, rows.columns()};
}

std::vector<StepCounts> Computation::counts() const {
    std::vector<StepCounts> all;
    const auto add = [&](const std::vector<StepCounts>& part) {
        for (const StepCounts& step : part)
            if (std::ranges::find(all, step.step, &StepCounts::step) == all.end()) all.push_back(step);
    };
    for (const auto& part : native_) add(part->engine.counts());
    for (const RelationalPart& part : relational_) add(part.run->counts());
    return all;
}

std::vector<std::string> Computation::warnings() const {
    std::vector<std::string> all;
    const auto add = [&](const std::vector<std::string>& part) {
        for (const std::string& warning : part)
            if (std::ranges::find(all, warning) == all.end()) all.push_back(warning);
    };
    for (const auto& part : native_) add(part->engine.warnings());
    for (const RelationalPart& part : relational_) add(part.run->warnings());
    return all;
}

}  // namespace sluice
