// The story of a run, a line per stage; after each stage stands what holds from there on.
#include "pipeline/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <iterator>
#include <span>
#include <string_view>

#include "monitoring/report_json.hpp"
#include "monitoring/wall_time.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/bad_row_spool.hpp"
#include "pipeline/bad_row_verdict.hpp"
#include "pipeline/balance.hpp"
#include "pipeline/column_verdict.hpp"
#include "pipeline/computation.hpp"
#include "pipeline/expectation_report.hpp"
#include "pipeline/expectation_run.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/memory_budget.hpp"
#include "pipeline/memory_guard.hpp"
#include "pipeline/missing_columns.hpp"
#include "pipeline/output_writing.hpp"
#include "pipeline/partition_files.hpp"
#include "pipeline/publication.hpp"
#include "pipeline/run_alerts.hpp"
#include "pipeline/run_identity.hpp"
#include "pipeline/run_record.hpp"
#include "pipeline/run_settings.hpp"
#include "pipeline/scratch_folder.hpp"
#include "pipeline/secret_mask.hpp"
#include "pipeline/source_opening.hpp"
#include "pipeline/source_report.hpp"
#include "pipeline/stage_meter.hpp"
#include "pipeline/state_folder.hpp"
#include "pipeline/usual_range.hpp"
#include "plan/physical.hpp"
#include "utils/heap.hpp"

namespace sluice {

namespace {
using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class Run {
public:
    Run(const RunOptions& options, Progress& progress, StopFlag& stop)
        : options_(options), progress_(progress), stop_(stop), record_(options) {
        report_.start = wall_now();
        report_.run = new_run_id(report_.start);
        report_.command = options.command;
        report_.process = this_process();
        report_.status = "running";
        report_.dry_run = options.dry_run;
    }

    RunReport tell();

private:
    Result<> story();
    Result<> load();
    Result<> open_replay();
    Result<> open_destinations();
    [[nodiscard]] RunInputs inputs() const;
    Result<> open_sources();
    Result<> plan();
    Result<> prepare();
    Result<> read();
    Result<> read_sources();
    Result<> report_sources(std::chrono::steady_clock::time_point start);
    Result<> judge_sources();
    Result<> write();
    Result<> check();
    Result<> balance();
    Result<> publish();

    Result<> stage(std::string_view name, const std::function<Result<>()>& work);
    void gather();
    void conclude(const Error& error);
    [[nodiscard]] std::vector<ReadSource> read_to_the_end() const;
    [[nodiscard]] ColumnOrigin column_origin() const { return {state(), config_.pipeline, report_.run}; }
    [[nodiscard]] std::filesystem::path state() const { return state_folder(options_, config_); }

    const RunOptions& options_;
    Progress& progress_;
    StopFlag& stop_;
    RunReport report_;
    MissingColumnList missing_columns_{report_.warnings};
    RunRecord record_;
    RunListener* listener_ = &record_.listener();
    Config config_;
    Assembly assembly_;
    ExpectationPlan expected_;  // the plan, with what its expectations need
    std::unique_ptr<ExpectationRun> expectations_;
    RewriteSet rewrites_;
    std::uint64_t memory_bytes_ = 0;
    int threads_ = 1;
    std::unique_ptr<ScratchFolder> scratch_;
    std::string books_;  // for the manifests; before publication_, which reads them
    std::unique_ptr<Publication> publication_;
    std::vector<std::unique_ptr<ScannableSource>> sources_;
    PlanLimits limits_;
    PhysicalPlan physical_;
    std::vector<std::unique_ptr<BadRowSpool>> bad_rows_;  // by source
    std::optional<Replay> replay_;
    std::string accept_;  // the options that let a run with these bad rows publish
    std::unique_ptr<Computation> computation_;
};

Result<> Run::story() {
    TRY(stage("load config", [&] { return load(); }));
    // From here on nothing reads YAML: every name is known, every value has its type.
    record_.begin(config_, report_);
    TRY(stage("open destinations", [&] { return open_destinations(); }));
    // No other run can publish to them; each belongs to this pipeline and can be written to.
    record_.begin(config_, report_);
    TRY(stage("open sources", [&] { return open_sources(); }));
    // The input is fixed: its files are there, readable, each has its length, and no output replaces one.
    TRY(stage("plan", [&] { return plan(); }));
    // Each output knows which engine computes it.
    TRY(stage("read", [&] { return read(); }));
    // Every row of every source was read: it goes to the steps or lies in quarantine. Columns and kinds are those of
    // the whole input.
    TRY(stage("write", [&] { return write(); }));
    // Every output is finished in a staging folder; readers see nothing of it.
    if (!expected_.expectations.empty()) TRY(stage("check", [&] { return check(); }));
    // Every expectation is met, or the config lets the run go on without it.
    TRY(stage("balance", [&] { return balance(); }));
    // Every row is accounted for.
    TRY(stage("publish", [&] { return publish(); }));
    // Readers see this run's files, all of them.
    return {};
}

Result<> Run::load() {
    TRY_ASSIGN(rewrites_, RewriteSet::without(options_.without));
    TRY_ASSIGN(config_, load_run_config(options_));
    report_.pipeline = config_.pipeline;
    report_.config_path = config_.path.string();
    report_.config_hash = config_.hash;
    report_.environment = config_.environment;
    for (const ParamValue& param : config_.params) report_.params.emplace_back(param.name, param.value);
    report_.warnings = config_.warnings;
    missing_columns_.follow(config_.missing_columns);
    TRY_ASSIGN(assembly_, assemble(config_, {options_.only, options_.to}));
    expected_ = plan_expectations(assembly_.plan, std::move(assembly_.expectations));
    expectations_ = std::make_unique<ExpectationRun>(expected_, report_.start);
    report_.destinations = assembly_.destination_reports;
    threads_ = thread_count(options_);
    memory_bytes_ = memory_budget(options_);
    return options_.replay ? open_replay() : Result<>();
}

Result<> Run::open_destinations() {
    TRY_ASSIGN(scratch_, ScratchFolder::create(options_.temp_dir, report_.run));
    progress_.set_scratch(scratch_->path());
    if (options_.dry_run) return {};
    publication_ = std::make_unique<Publication>(std::move(assembly_.destinations), scratch_->path());
    TRY(publication_->open({.base = options_.base,
                            .identity = {report_.run, config_.pipeline, config_.hash, report_.params},
                            .stop = &stop_,
                            .books = &books_,
                            .keep_other_entries = !options_.only.empty(),
                            .is_written_anew = [this](const std::string& file) {
                                return std::ranges::any_of(assembly_.plan.outputs, [&](const LogicalOutput& output) {
                                    return is_partition_file(output, file);
                                });
                            }}));
    return publication_->take_places(assembly_.plan.outputs);
}

RunInputs Run::inputs() const {
    RunInputs inputs;
    for (const auto& extractor : assembly_.extractors) inputs.add(*extractor, options_.base);
    return inputs;
}

Result<> Run::open_sources() {
    TRY_ASSIGN(sources_, sluice::open_sources({.options = options_,
                                               .config = config_,
                                               .assembly = assembly_,
                                               .expectations = *expectations_,
                                               .publication = publication_.get(),
                                               .temp_dir = scratch_->path(),
                                               .stop = stop_,
                                               .progress = progress_,
                                               .listener = *listener_}));
    if (replay_) TRY(replay_->mend(sources_));
    return expectations_->watch_sources(sources_);
}

// The mended rows of an earlier run of this pipeline.
Result<> Run::open_replay() {
    TRY_ASSIGN(replay_, Replay::open(state(), *options_.replay));
    report_.replay_of = replay_->record().run;
    return replay_->check_config(config_, report_.warnings);
}

Result<> Run::plan() {
    if (is_tight(memory_bytes_)) keep_heap_small();
    limits_ = {.source_bytes = {}, .memory_bytes = memory_bytes_, .threads = threads_};
    for (const auto& source : sources_) limits_.source_bytes.push_back(source->text_bytes());
    physical_ = choose_physical(expected_.plan, limits_, rewrites_);
    return prepare();
}

Result<> Run::prepare() {
    TRY(scratch_->check_room(spooled_bytes(expected_.plan, physical_, limits_.source_bytes),
                             "what goes beyond --memory"));
    bad_rows_.clear();
    std::vector<BadRowSink*> sinks;
    for (std::size_t source = 0; source < sources_.size(); ++source)
        sinks.push_back(bad_rows_.emplace_back(std::make_unique<BadRowSpool>(scratch_->path())).get());
    const auto watch_rows = [this](std::size_t output, std::unique_ptr<RowStream> rows) {
        return expectations_->watch_rows(output, std::move(rows));
    };
    TRY_ASSIGN(auto computation, Computation::prepare(expected_.plan, physical_, sources_,
                                                      {.threads = threads_,
                                                       .memory_bytes = memory_bytes_,
                                                       .temp_dir = scratch_->path(),
                                                       .rewrites = rewrites_,
                                                       .stop = &stop_,
                                                       .most_resident = native_reading_share(memory_bytes_, physical_),
                                                       .watch_rows = watch_rows,
                                                       .settled_surveys = !expected_.expectations.empty(),
                                                       .bad_rows = sinks},
                                                      progress_));
    computation_ = std::make_unique<Computation>(std::move(computation));
    return {};
}

Result<> Run::read() {
    const auto start = Clock::now();
    TRY(read_sources());
    TRY(report_sources(start));
    return judge_sources();
}

std::vector<ReadSource> Run::read_to_the_end() const {
    std::vector<ReadSource> read;
    const auto& summaries = computation_->summaries();
    for (std::size_t source = 0; source < summaries.size(); ++source)
        read.push_back({.extractor = assembly_.extractors[source].get(),
                        .source = sources_[source].get(),
                        .bad_rows = bad_rows_[source].get(),
                        .summary = &summaries[source]});
    return read;
}

Result<> Run::report_sources(Clock::time_point start) {
    for (const ReadSource& read : read_to_the_end()) {
        const std::uint64_t mended = replay_ ? replay_->mended(read.source->name()) : 0;
        TRY_ASSIGN(auto report, report_source(read, mended, seconds_since(start), report_.warnings));
        listener_->source_read(report_.sources.emplace_back(std::move(report)));
        const auto& first = read.summary->first_bad_rows;
        report_.bad_rows.insert(report_.bad_rows.end(), first.begin(), first.end());
    }
    TRY(check_sources(report_));
    return replay_ ? replay_->check(report_.sources) : Result<>();
}

Result<> Run::judge_sources() {
    const auto read = read_to_the_end();
    BadRowVerdict verdict = judge_bad_rows(read, report_.sources, quarantine_record(report_, options_.only), state(),
                                           SecretMask(config_.secrets));
    std::ranges::move(verdict.warnings, std::back_inserter(report_.warnings));
    TRY_ASSIGN(const auto checks, expectations_->report_sources(read));
    Result<> expected = judge_expectations(expected_, checks, report_, accept_);
    if (verdict.refusal) {
        accept_ = std::move(verdict.accept);
        return std::move(*verdict.refusal);
    }
    TRY(judge_columns(read, column_origin(), report_, missing_columns_));
    return expected;
}

// No look at the sizes foretells how many keys there are, or what a row costs: a null for each column that only others
// have. What turns out to need more than the budget goes to DuckDB, which spills; the sources start over.
Result<> Run::read_sources() {
    for (;;) {
        Result<> read = computation_->read();
        const bool wide_rows = !read && read.error().code == kNoRoomForFragments;
        if (read || (!wide_rows && read.error().code != kOverMemoryBudget)) return read;
        const auto less_native = wide_rows ? without_native_pairs : without_native;
        physical_ = less_native(expected_.plan, std::move(physical_), "it turned out to need more than --memory");
        computation_.reset();
        release_unused_heap();
        TRY(prepare());
    }
}

Result<> Run::write() {
    OutputWriting writing(assembly_.plan, *computation_, publication_.get(),
                          {.threads = threads_,
                           .memory_bytes = memory_bytes_,
                           .temp_dir = scratch_->path(),
                           .inputs = inputs(),
                           .stop = &stop_});
    for (const PhysicalOutput& physical : std::span(physical_.outputs).first(expected_.own_outputs)) {
        TRY(stop_.check());
        ProgressTask& task = progress_.add(fmt::format("write {}", assembly_.plan.outputs[physical.output].file), 0);
        TRY_ASSIGN(auto output, writing.write(physical, task));
        std::ranges::move(writing.take_warnings(), std::back_inserter(report_.warnings));
        report_.outputs.push_back(std::move(output));
        listener_->output_written(report_.outputs.back());
    }
    TRY(expectations_->look_at_rest(physical_, *computation_, read_to_the_end()));
    gather();
    report_.memory_notes = memory_notes(memory_bytes_, physical_);
    return missing_columns_.check();
}

Result<> Run::check() { return judge_expectations(expected_, expectations_->report_rest(report_), report_, accept_); }

Result<> Run::balance() { return check_balance(assembly_.plan, report_); }

Result<> Run::publish() {
    TRY(stop_.check());
    if (!publication_) return {};
    books_ = books_document(report_);
    TRY(publication_->commit());
    keep_schemas(read_to_the_end(), column_origin(), report_.warnings);
    return {};
}

Result<> Run::stage(std::string_view name, const std::function<Result<>()>& work) {
    listener_->stage_started(name);
    progress_.set_stage(name);
    const StageMeter meter(report_);
    Result<> result = work();
    report_.stages.push_back(meter.stage(name));
    listener_->stage_ended(report_.stages.back());
    return result;
}

void Run::gather() {
    report_.steps = computation_->counts();
    std::erase_if(report_.steps, [this](const StepCounts& step) { return expected_.adds(step.step); });
    for (std::string& warning : computation_->warnings()) missing_columns_.take(std::move(warning));
}

void Run::conclude(const Error& error) {
    report_.status = error.kind == ErrorKind::interrupted ? "interrupted" : "failed";
    report_.error = error;
    std::string published = "nothing; readers still see what was there before this run";
    if (publication_) {
        publication_->abort();
        published = publication_->standing();
    }
    report_.failure = failure_lines(error, {.command = options_.command, .published = published, .accept = accept_});
}

RunReport Run::tell() {
    listener_->run_started(report_);
    Result<> result;
    try {
        result = story();
    } catch (const std::exception& exception) {
        result = internal_error(fmt::format("unexpected: {}", exception.what()));
    }
    if (result)
        report_.status = "done";
    else
        conclude(result.error());
    if (publication_) publication_->conclude(report_);
    computation_.reset();
    publication_.reset();
    scratch_.reset();
    report_.peak_memory_bytes = peak_resident_bytes();
    report_.end = wall_now();
    if (result && has_state_folder(options_, config_)) compare_with_earlier_runs(config_, state(), report_);
    tell_of_run(options_, config_, report_);
    record_.end(config_, report_);
    return std::move(report_);
}

}  // namespace

RunReport run_pipeline(const RunOptions& options, Progress& progress, StopFlag& stop) {
    return Run(options, progress, stop).tell();
}

}  // namespace sluice
