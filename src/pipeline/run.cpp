// The story of a run, a line per stage; after each stage stands what holds from there on.
#include "pipeline/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <set>
#include <string_view>

#include "config/diagnostics.hpp"
#include "monitoring/runs_log.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/bad_row_spool.hpp"
#include "pipeline/bad_rows.hpp"
#include "pipeline/balance.hpp"
#include "pipeline/computation.hpp"
#include "pipeline/counting_sink.hpp"
#include "pipeline/failure.hpp"
#include "pipeline/publication.hpp"
#include "pipeline/quarantine.hpp"
#include "pipeline/run_identity.hpp"
#include "pipeline/run_settings.hpp"
#include "pipeline/schema_drift.hpp"
#include "pipeline/scratch_folder.hpp"
#include "pipeline/secret_mask.hpp"
#include "plan/physical.hpp"

namespace sluice {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class Run {
public:
    Run(const RunOptions& options, Progress& progress, StopFlag& stop)
        : options_(options), progress_(progress), stop_(stop) {
        report_.start = std::chrono::system_clock::now();
        report_.run = new_run_id(report_.start);
        report_.dry_run = options.dry_run;
        if (options.listener != nullptr) listener_ = options.listener;
    }

    RunReport tell();

private:
    Result<> story();
    Result<> load();
    Result<> open_replay();
    Result<> open_destinations();
    Result<> keep_inputs(const Extractor& extractor);
    Result<> open_sources();
    Result<> plan();
    Result<> prepare();
    Result<> read();
    Result<> read_sources();
    Result<> report_sources(std::chrono::steady_clock::time_point start);
    Result<> report_nulled(std::size_t source);
    [[nodiscard]] bool has_bad_rows() const;
    Result<> quarantine_bad_rows();
    Result<> judge_bad_rows();
    Result<> judge_columns();
    Result<> warn_of_undeclared(std::size_t source);
    void keep_schemas();
    Result<> write();
    Result<> balance();
    Result<> publish();

    Result<> stage(std::string_view name, const std::function<Result<>()>& work);
    void take_missing_column(std::string what);
    [[nodiscard]] Result<> refuse_missing_columns() const;
    Result<OutputReport> write_output(const PhysicalOutput& physical);
    void warn_of_absent_types(const ScannableSource& source, const ScanSummary& summary);
    void gather();
    void conclude(const Error& error);
    [[nodiscard]] std::filesystem::path state_folder() const { return options_.to ? *options_.to : options_.base; }

    const RunOptions& options_;
    Progress& progress_;
    StopFlag& stop_;
    RunReport report_;
    std::vector<std::string> missing_columns_;  // that are refused: a sentence each, with its place in the config
    SilentListener silent_;
    RunListener* listener_ = &silent_;

    Config config_;
    Assembly assembly_;
    RewriteSet rewrites_;
    std::uint64_t memory_bytes_ = 0;
    int threads_ = 1;
    std::unique_ptr<ScratchFolder> scratch_;
    std::unique_ptr<Publication> publication_;
    std::vector<std::unique_ptr<ScannableSource>> sources_;
    PhysicalPlan physical_;
    std::vector<std::unique_ptr<BadRowSpool>> bad_rows_;  // by source
    std::optional<Replay> replay_;
    std::string accept_;  // the options that let a run with these bad rows publish
    std::unique_ptr<Computation> computation_;
};

Result<> Run::story() {
    TRY(stage("load config", [&] { return load(); }));
    // From here on nothing reads YAML: every name is known, every value has its type.
    TRY(stage("open destinations", [&] { return open_destinations(); }));
    // No other run can publish to them; each belongs to this pipeline and can be written to.
    TRY(stage("open sources", [&] { return open_sources(); }));
    // The input is fixed: its files are there, readable, each has its length, and no output replaces one.
    TRY(stage("plan", [&] { return plan(); }));
    // Each output knows which engine computes it.
    TRY(stage("read", [&] { return read(); }));
    // Every row of every source was read: it goes to the steps or lies in quarantine. Columns and kinds are those of
    // the whole input.
    TRY(stage("write", [&] { return write(); }));
    // Every output is finished in a staging folder; readers see nothing of it.
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
    TRY_ASSIGN(assembly_, assemble(config_, {options_.only, options_.to}));
    report_.destinations = assembly_.destination_reports;
    threads_ = thread_count(options_);
    memory_bytes_ = memory_budget(options_);
    return options_.replay ? open_replay() : Result<>();
}

Result<> Run::open_destinations() {
    TRY_ASSIGN(scratch_, ScratchFolder::create(options_.temp_dir, report_.run));
    if (options_.dry_run) return {};
    publication_ = std::make_unique<Publication>(std::move(assembly_.destinations), scratch_->path());
    return publication_->open({.base = options_.base,
                               .identity = {report_.run, config_.pipeline, config_.hash, report_.params},
                               .stop = &stop_,
                               .keep_other_entries = !options_.only.empty()});
}

// No output may replace what is read.
Result<> Run::keep_inputs(const Extractor& extractor) {
    if (!publication_) return {};
    const auto inputs = extractor.files(options_.base);
    for (const LogicalOutput& output : assembly_.plan.outputs) TRY(publication_->keep_inputs(output, inputs));
    return {};
}

Result<> Run::open_sources() {
    const ExtractorContext context{.base = options_.base,
                                   .temp_dir = scratch_->path(),
                                   .block_size = options_.block_size > 0 ? options_.block_size : kDefaultBlockSize,
                                   .stop = &stop_,
                                   .retry = {.attempts = config_.retry.attempts,
                                             .max_delay = config_.retry.max_delay,
                                             .deadline = config_.retry.deadline},
                                   .wait = !options_.dry_run};
    for (const auto& extractor : assembly_.extractors) {
        TRY(keep_inputs(*extractor));
        TRY_ASSIGN(auto source, extractor->open(context));
        sources_.push_back(std::move(source));
        TRY(keep_inputs(*extractor));  // of those that came while it waited for them
    }
    return replay_ ? replay_->mend(sources_) : Result<>();
}

// The mended rows of an earlier run of this pipeline.
Result<> Run::open_replay() {
    TRY_ASSIGN(replay_, Replay::open(state_folder(), *options_.replay));
    const QuarantineRecord& record = replay_->record();
    if (record.pipeline != config_.pipeline)
        return config_error("other_pipeline", fmt::format("run {} was one of pipeline '{}', and this is pipeline '{}'",
                                                          record.run, record.pipeline, config_.pipeline));
    report_.replay_of = record.run;
    if (record.config_hash != config_.hash)
        report_.warnings.push_back(
            fmt::format("the config is not as it was in run {}; the outputs are what it says now", record.run));
    return {};
}

Result<> Run::plan() {
    PlanLimits limits{.source_bytes = {}, .memory_bytes = memory_bytes_, .threads = threads_};
    for (const auto& source : sources_) limits.source_bytes.push_back(source->text_bytes());
    physical_ = choose_physical(assembly_.plan, limits, rewrites_);
    return prepare();
}

Result<> Run::prepare() {
    bad_rows_.clear();
    std::vector<BadRowSink*> sinks;
    for (std::size_t source = 0; source < sources_.size(); ++source)
        sinks.push_back(bad_rows_.emplace_back(std::make_unique<BadRowSpool>(scratch_->path())).get());
    TRY_ASSIGN(auto computation, Computation::prepare(assembly_.plan, physical_, sources_,
                                                      {.threads = threads_,
                                                       .memory_bytes = memory_bytes_,
                                                       .temp_dir = scratch_->path(),
                                                       .rewrites = rewrites_,
                                                       .stop = &stop_,
                                                       .bad_rows = sinks},
                                                      progress_));
    computation_ = std::make_unique<Computation>(std::move(computation));
    return {};
}

Result<> Run::read() {
    const auto start = Clock::now();
    TRY(read_sources());
    TRY(report_sources(start));
    TRY(judge_bad_rows());
    TRY(judge_columns());
    const auto& summaries = computation_->summaries();
    for (std::size_t source = 0; source < summaries.size(); ++source)
        warn_of_absent_types(*sources_[source], summaries[source]);
    return {};
}

Result<> Run::report_sources(Clock::time_point start) {
    const auto& summaries = computation_->summaries();
    for (std::size_t source = 0; source < summaries.size(); ++source) {
        const ScanSummary& summary = summaries[source];
        TRY_ASSIGN(auto by_code, count_by_code(*bad_rows_[source]));
        report_.sources.push_back({.name = assembly_.plan.sources[source],
                                   .rows_read = summary.rows_read,
                                   .rows = summary.rows,
                                   .bad_rows = summary.bad_rows,
                                   .bad_by_code = std::move(by_code),
                                   .mended_rows = replay_ ? replay_->mended(assembly_.plan.sources[source]) : 0,
                                   .max_bad_rows = assembly_.extractors[source]->max_bad_rows().text,
                                   .bytes = summary.bytes,
                                   .seconds = seconds_since(start)});
        TRY(report_nulled(source));
        listener_->source_read(report_.sources.back());
        report_.bad_rows.insert(report_.bad_rows.end(), summary.first_bad_rows.begin(), summary.first_bad_rows.end());
    }
    TRY(check_sources(report_));
    return replay_ ? replay_->check(report_.sources) : Result<>();
}

Result<> Run::report_nulled(std::size_t source) {
    for (const NulledColumn& nulled : computation_->summaries()[source].nulled) {
        TRY_ASSIGN(const Place first, sources_[source]->place(nulled.first));
        report_.sources[source].nulled.push_back(
            {.column = nulled.column, .values = nulled.values, .first = first.text()});
        report_.warnings.push_back(
            fmt::format("{}: {} of column '{}' of '{}' {} not of the declared type and became null, as `on_type_error: "
                        "null` says; the first is here",
                        first.text(), nulled.values == 1 ? "1 value" : fmt::format("{} values", nulled.values),
                        nulled.column, sources_[source]->name(), nulled.values == 1 ? "is" : "are"));
    }
    return {};
}

bool Run::has_bad_rows() const {
    return std::ranges::any_of(report_.sources, [](const SourceReport& source) { return source.bad_rows > 0; });
}

// Also of a dry run: what was found out about the input is worth keeping whatever becomes of the outputs.
Result<> Run::quarantine_bad_rows() {
    if (!has_bad_rows()) return {};
    QuarantineRecord record{.run = report_.run,
                            .pipeline = config_.pipeline,
                            .config = std::filesystem::absolute(config_.path),
                            .config_hash = config_.hash,
                            .environment = config_.environment,
                            .params = report_.params,
                            .only = options_.only,
                            .sources = {}};
    const SecretMask mask(config_.secrets);
    TRY_ASSIGN(Quarantine quarantine, Quarantine::make(state_folder(), report_.run));
    std::vector<std::string> files(sources_.size());
    for (std::size_t source = 0; source < sources_.size(); ++source) {
        const SourceReport& report = report_.sources[source];
        if (report.bad_rows > 0) {
            TRY_ASSIGN(files[source], quarantine.add(*sources_[source], *bad_rows_[source], mask));
        }
        TRY_ASSIGN(auto inputs, sources_[source]->inputs());
        record.sources.push_back({.name = report.name,
                                  .file = files[source],
                                  .rows = report.rows,
                                  .bad_rows = report.bad_rows,
                                  .inputs = std::move(inputs)});
    }
    TRY(quarantine.finish(record));
    for (std::size_t source = 0; source < files.size(); ++source)
        if (!files[source].empty())
            report_.sources[source].quarantine = (quarantine.folder() / files[source]).lexically_normal().string();
    return {};
}

// Within its limit a source goes on without its bad rows, but not if they would be lost.
Result<> Run::judge_bad_rows() {
    const Result<> kept = quarantine_bad_rows();
    std::vector<BadSource> sources;
    const auto& summaries = computation_->summaries();
    for (std::size_t source = 0; source < summaries.size(); ++source)
        sources.push_back({.report = report_.sources[source],
                           .limit = assembly_.extractors[source]->max_bad_rows(),
                           .first = summaries[source].first_bad_rows});
    accept_ = accepting_options(sources);
    if (auto error = refuse_bad_rows(sources, SecretMask(config_.secrets))) {
        if (!kept) report_.warnings.push_back(kept.error().message);
        return std::move(*error);
    }
    TRY(kept);
    for (const BadSource& source : sources)
        if (source.report.bad_rows > 0)
            report_.warnings.push_back(
                fmt::format("{}; max_bad_rows allows {}, so the run goes on without {}\n  all bad rows are in {}; once "
                            "they are mended there: sluice replay {}",
                            bad_rows_sentence(source.report), source.limit.text,
                            source.report.bad_rows == 1 ? "it" : "them", source.report.quarantine, report_.run));
    return {};
}

// Against the schema, and against the last good run. A source without rows says nothing of its columns.
Result<> Run::judge_columns() {
    const auto& summaries = computation_->summaries();
    std::string faults;
    for (std::size_t source = 0; source < summaries.size(); ++source) {
        TRY(warn_of_undeclared(source));
        const OnDrift on_drift = assembly_.extractors[source]->on_drift();
        SourceReport& report = report_.sources[source];
        if (on_drift == OnDrift::ignore || summaries[source].rows == 0) continue;
        const auto before = read_schema(state_folder(), config_.pipeline, report.name);
        if (!before) continue;
        report.drift = drift_between(*before, schema_of(report_.run, summaries[source]));
        if (report.drift.empty()) continue;
        std::string sentence = drift_sentence(report.name, report.drift);
        if (on_drift == OnDrift::warn)
            report_.warnings.push_back(std::move(sentence));
        else
            faults += fmt::format("{}{}", faults.empty() ? "" : "\n", sentence);
    }
    if (faults.empty()) return {};
    return data_error("drift", faults +
                                   "\n  the config says `drift: fail`; a run with `drift: warn` takes the columns as "
                                   "they are now for the next one");
}

Result<> Run::warn_of_undeclared(std::size_t source) {
    const ColumnRules& rules = assembly_.extractors[source]->rules();
    if (rules.schema.empty()) return {};
    const std::set<std::string_view> declared(rules.schema.begin(), rules.schema.end());
    for (const ColumnSummary& column : computation_->summaries()[source].columns) {
        if (declared.contains(column.name)) continue;
        TRY_ASSIGN(const Place place, sources_[source]->place(column.first_row));
        report_.warnings.push_back(
            fmt::format("{}: column '{}' is not in the schema of '{}'; it is carried behind the "
                        "others, as `columns: evolve` says",
                        place.text(), column.name, sources_[source]->name()));
    }
    return {};
}

// What the next run compares with. Only a run that has published is a good one.
void Run::keep_schemas() {
    const auto& summaries = computation_->summaries();
    for (std::size_t source = 0; source < summaries.size(); ++source) {
        if (summaries[source].rows == 0) continue;
        const std::string& name = report_.sources[source].name;
        if (const auto kept =
                keep_schema(state_folder(), config_.pipeline, name, schema_of(report_.run, summaries[source]));
            !kept)
            report_.warnings.push_back(
                fmt::format("the columns of '{}' were not kept for the next run: {}", name, kept.error().message));
    }
}

// A row costs a null for each column that only others have, which no look at the sizes foretells. Joins that turn out
// too wide for memory go to DuckDB, which spills; the sources start over.
Result<> Run::read_sources() {
    Result<> read = computation_->read();
    if (read || read.error().code != kNoRoomForFragments) return read;
    physical_ = without_native_pairs(assembly_.plan, std::move(physical_), "its rows need more than --memory");
    TRY(prepare());
    return computation_->read();
}

// A type declared for a column that no row has does nothing; most often it is a slip of the pen.
void Run::warn_of_absent_types(const ScannableSource& source, const ScanSummary& summary) {
    if (summary.rows == 0) return;
    std::vector<std::string_view> names;
    for (const ColumnSummary& column : summary.columns) names.emplace_back(column.name);
    for (const auto& [column, type] : source.types()) {
        if (summary.find(column) != nullptr) continue;
        const std::string_view near = nearest_name(column, names);
        take_missing_column(fmt::format("{}: {} has no column '{}'{}; its type does nothing", type.place, source.name(),
                                        column, near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
}

Result<> Run::write() {
    for (const PhysicalOutput& physical : physical_.outputs) {
        TRY(stop_.check());
        TRY_ASSIGN(auto output, write_output(physical));
        report_.outputs.push_back(std::move(output));
        listener_->output_written(report_.outputs.back());
    }
    gather();
    return refuse_missing_columns();
}

// What the contract lets pass with a warning, `missing_columns: fail` does not.
void Run::take_missing_column(std::string what) {
    (config_.missing_columns == MissingColumns::warn ? report_.warnings : missing_columns_).push_back(std::move(what));
}

Result<> Run::refuse_missing_columns() const {
    if (missing_columns_.empty()) return {};
    return data_error("missing_columns",
                      fmt::format("{}\n  the config says `missing_columns: fail`: mend the input or the "
                                  "name, or say `missing_columns: warn`",
                                  fmt::join(missing_columns_, "\n")));
}

Result<OutputReport> Run::write_output(const PhysicalOutput& physical) {
    const auto start = Clock::now();
    const LogicalOutput& logical = assembly_.plan.outputs[physical.output];
    ProgressTask& task = progress_.add(fmt::format("write {}", logical.file), 0);
    task.state = TaskState::running;
    OutputReport report{.name = logical.name,
                        .file = logical.file,
                        .how = physical.strategy == Strategy::relational ? "duckdb" : "native",
                        .rows = 0,
                        .bytes = 0,
                        .crc64nvme = {},
                        .seconds = 0};
    if (options_.dry_run) {
        CountingSink sink;
        TRY_ASSIGN(const auto written, computation_->write(physical, sink, task));
        report.rows = written.rows;
        report.bytes = sink.bytes();
    } else {
        TRY_ASSIGN(const auto file, publication_->create(logical));
        TRY_ASSIGN(auto written, computation_->write(physical, *file, task));
        TRY_ASSIGN(const FileDigest digest, file->finish());
        TRY(publication_->add(logical, digest, written.rows, std::move(written.columns)));
        report.rows = written.rows;
        report.bytes = digest.bytes;
        report.crc64nvme = digest.crc64nvme;
    }
    report.seconds = seconds_since(start);
    task.done.rows = report.rows;
    task.done.bytes = report.bytes;
    task.state = TaskState::done;
    return report;
}

Result<> Run::balance() { return check_balance(assembly_.plan, report_); }

Result<> Run::publish() {
    TRY(stop_.check());
    if (!publication_) return {};
    TRY(publication_->commit());
    keep_schemas();
    return {};
}

Result<> Run::stage(std::string_view name, const std::function<Result<>()>& work) {
    listener_->stage_started(name);
    StageReport stage{.name = std::string(name), .start = std::chrono::system_clock::now(), .seconds = 0};
    const auto start = Clock::now();
    Result<> result = work();
    stage.seconds = seconds_since(start);
    report_.stages.push_back(std::move(stage));
    listener_->stage_ended(report_.stages.back());
    return result;
}

void Run::gather() {
    report_.steps = computation_->counts();
    for (std::string& warning : computation_->warnings()) take_missing_column(std::move(warning));
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
    if (publication_) publication_->mark_published(report_.destinations);
    computation_.reset();
    publication_.reset();
    scratch_.reset();

    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    report_.peak_memory_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    report_.end = std::chrono::system_clock::now();
    mask_secrets(config_.secrets, report_);
    // A config that does not load has no folder to log to, and a run that publishes nothing makes none.
    std::error_code absent;
    if (!config_.pipeline.empty() && std::filesystem::exists(state_folder(), absent)) {
        if (const auto logged = append_to_runs_log(state_folder(), report_); !logged)
            report_.warnings.push_back("the run log was not written: " + logged.error().message);
    }
    listener_->run_ended(report_);
    return std::move(report_);
}

}  // namespace

RunReport run_pipeline(const RunOptions& options, Progress& progress, StopFlag& stop) {
    return Run(options, progress, stop).tell();
}

}  // namespace sluice
