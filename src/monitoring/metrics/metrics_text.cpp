#include "monitoring/metrics/metrics_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <span>

#include "monitoring/metrics/exposition.hpp"
#include "utils/error_kind.hpp"

namespace sluice {
namespace {

constexpr std::string_view kSuccess = "sluice_run_success";
constexpr std::string_view kLastSuccess = "sluice_last_success_timestamp_seconds";

template <typename Item>
struct Gauge {
    std::string_view name;
    std::string_view help;
    double (*value)(const Item&);
};

double number(std::uint64_t count) { return static_cast<double>(count); }

double unix_seconds(WallTime time) {
    return static_cast<double>(std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count()) / 1e6;
}

template <typename Item, typename Value>
double sum_of(const std::vector<Item>& items, Value value) {
    return std::accumulate(items.begin(), items.end(), 0.0,
                           [&](double sum, const Item& item) { return sum + static_cast<double>(value(item)); });
}

double drifted(const SourceReport& source) {
    return number(source.drift.added.size() + source.drift.removed.size() + source.drift.widened.size());
}

constexpr std::array kRunGauges{
    Gauge<RunReport>{kSuccess, "Whether the last run was good: 1, or 0.",
                     [](const RunReport& run) { return run.error ? 0.0 : 1.0; }},
    Gauge<RunReport>{"sluice_run_exit_code", "Exit code of the last run; it says who must act.",
                     [](const RunReport& run) { return run.error ? exit_code(*run.error) : 0.0; }},
    Gauge<RunReport>{"sluice_run_start_timestamp_seconds", "When the last run began.",
                     [](const RunReport& run) { return unix_seconds(run.start); }},
    Gauge<RunReport>{"sluice_run_end_timestamp_seconds", "When the last run ended.",
                     [](const RunReport& run) { return unix_seconds(run.end); }},
    Gauge<RunReport>{"sluice_run_duration_seconds", "How long the last run took.",
                     [](const RunReport& run) { return std::chrono::duration<double>(run.end - run.start).count(); }},
    Gauge<RunReport>{"sluice_run_cpu_seconds", "Processor time of the last run's stages, of all threads.",
                     [](const RunReport& run) {
                         return sum_of(run.stages, [](const StageReport& stage) { return stage.cpu_seconds; });
                     }},
    Gauge<RunReport>{"sluice_run_waiting_seconds",
                     "How long the last run waited: for files, for other runs, between tries of a request.",
                     [](const RunReport& run) {
                         return sum_of(run.stages, [](const StageReport& stage) { return stage.waiting_seconds; });
                     }},
    Gauge<RunReport>{"sluice_run_retries", "Requests of the last run that were sent again.",
                     [](const RunReport& run) {
                         return sum_of(run.stages, [](const StageReport& stage) { return stage.retries; });
                     }},
    Gauge<RunReport>{"sluice_run_peak_memory_bytes", "The most memory that was resident in the last run.",
                     [](const RunReport& run) { return number(run.peak_memory_bytes); }},
    Gauge<RunReport>{"sluice_run_warnings", "Warnings of the last run.",
                     [](const RunReport& run) { return number(run.warnings.size()); }}};

constexpr std::array kStageGauges{
    Gauge<StageReport>{"sluice_stage_duration_seconds", "How long the stage took.",
                       [](const StageReport& stage) { return stage.seconds; }},
    Gauge<StageReport>{"sluice_stage_cpu_seconds", "Processor time of the stage, of all threads.",
                       [](const StageReport& stage) { return stage.cpu_seconds; }},
    Gauge<StageReport>{"sluice_stage_waiting_seconds",
                       "How long the stage waited: for files, for other runs, between tries of a request.",
                       [](const StageReport& stage) { return stage.waiting_seconds; }},
    Gauge<StageReport>{"sluice_stage_rows", "Rows that the stage read or wrote.",
                       [](const StageReport& stage) { return number(stage.rows); }},
    Gauge<StageReport>{"sluice_stage_bytes", "Bytes that the stage read or wrote.",
                       [](const StageReport& stage) { return number(stage.bytes); }},
    Gauge<StageReport>{"sluice_stage_retries", "Requests of the stage that were sent again.",
                       [](const StageReport& stage) { return number(stage.retries); }},
    Gauge<StageReport>{"sluice_stage_peak_memory_bytes", "The most memory that was resident up to the stage's end.",
                       [](const StageReport& stage) { return number(stage.peak_memory_bytes); }}};

constexpr std::array kSourceGauges{
    Gauge<SourceReport>{"sluice_source_rows_read", "Rows that were read, with the bad ones.",
                        [](const SourceReport& source) { return number(source.rows_read); }},
    Gauge<SourceReport>{"sluice_source_bad_rows", "Rows that went to quarantine.",
                        [](const SourceReport& source) { return number(source.bad_rows); }},
    Gauge<SourceReport>{"sluice_source_bytes", "Bytes that were read.",
                        [](const SourceReport& source) { return number(source.bytes); }},
    Gauge<SourceReport>{"sluice_source_drifted_columns",
                        "Columns that came, went or hold other kinds of values than in the last good run.", drifted}};

constexpr std::array kStepGauges{
    Gauge<StepCounts>{"sluice_step_rows_in", "Rows that came into the step, of all its inputs.",
                      [](const StepCounts& step) { return sum_of(step.rows_in, [](auto rows) { return rows; }); }},
    Gauge<StepCounts>{"sluice_step_rows_out", "Rows that the step gave.",
                      [](const StepCounts& step) { return number(step.rows_out); }},
    Gauge<StepCounts>{"sluice_step_duration_seconds", "How long the step took, where it runs on its own.",
                      [](const StepCounts& step) { return step.seconds; }}};

constexpr std::array kOutputGauges{Gauge<OutputReport>{"sluice_output_rows", "Rows that were written.",
                                                       [](const OutputReport& output) { return number(output.rows); }},
                                   Gauge<OutputReport>{"sluice_output_bytes", "Bytes that were written.",
                                                       [](const OutputReport& output) { return number(output.bytes); }},
                                   Gauge<OutputReport>{"sluice_output_duration_seconds", "How long writing took.",
                                                       [](const OutputReport& output) { return output.seconds; }}};

constexpr std::array kDestinationGauges{
    Gauge<DestinationReport>{"sluice_destination_published", "Whether readers see the last run there: 1, or 0.",
                             [](const DestinationReport& one) { return one.published ? 1.0 : 0.0; }}};

constexpr std::array kCheckGauges{
    Gauge<CheckReport>{"sluice_check_met", "Whether the expectation was met: 1, or 0.",
                       [](const CheckReport& check) { return check.met ? 1.0 : 0.0; }},
    Gauge<CheckReport>{"sluice_check_failing_rows", "Rows that the expectation was not met by.",
                       [](const CheckReport& check) { return number(check.failing); }}};

// What a metric of a step or an output is told apart by.
template <typename Item, typename Labels>
void add_items(Exposition& text, std::span<const Gauge<Item>> gauges, const std::vector<Item>& items, Labels labels) {
    for (const Gauge<Item>& gauge : gauges) {
        text.family(gauge.name, gauge.help);
        for (const Item& item : std::span(items).first(std::min(items.size(), kMostMetricItems)))
            text.sample(gauge.value(item), labels(item));
    }
}

void add_left_out(Exposition& text, const RunReport& report) {
    const auto add = [&](std::string_view kind, std::size_t items) {
        if (items > kMostMetricItems) text.sample(number(items - kMostMetricItems), {{"kind", kind}});
    };
    text.family("sluice_left_out_items", "Items beyond the first 200 of their kind, which have no metrics.");
    add("source", report.sources.size());
    add("step", report.steps.size());
    add("output", report.outputs.size());
    add("destination", report.destinations.size());
    add("check", report.checks.size());
}

MetricLabels labels_of(const RunReport& report) {
    MetricLabels labels{{"pipeline", report.pipeline}};
    if (!report.environment.empty()) labels.emplace_back("environment", report.environment);
    return labels;
}

}  // namespace

std::string metrics_text(const RunReport& report, std::optional<WallTime> last_success) {
    Exposition text(labels_of(report));
    text.family("sluice_build_info", "The Sluice of the last run; always 1.");
    text.sample(1, {{"version", SLUICE_VERSION}});
    for (const Gauge<RunReport>& gauge : kRunGauges) {
        text.family(gauge.name, gauge.help);
        text.sample(gauge.value(report));
    }
    text.family(kLastSuccess, "When the last good run ended; stays while runs fail.");
    if (last_success) text.sample(unix_seconds(*last_success));
    add_items<StageReport>(text, kStageGauges, report.stages, [](const StageReport& stage) {
        return MetricLabels{{"stage", stage.name}};
    });
    add_items<SourceReport>(text, kSourceGauges, report.sources, [](const SourceReport& source) {
        return MetricLabels{{"source", source.name}};
    });
    add_items<StepCounts>(text, kStepGauges, report.steps, [](const StepCounts& step) {
        return MetricLabels{{"step", step.step}};
    });
    add_items<OutputReport>(text, kOutputGauges, report.outputs, [](const OutputReport& output) {
        return MetricLabels{{"output", output.name}};
    });
    std::vector<DestinationReport> on;
    std::ranges::copy_if(report.destinations, std::back_inserter(on), &DestinationReport::on);
    add_items<DestinationReport>(text, kDestinationGauges, on, [](const DestinationReport& destination) {
        return MetricLabels{{"destination", destination.name}};
    });
    add_items<CheckReport>(text, kCheckGauges, report.checks, [](const CheckReport& check) {
        return MetricLabels{{"on", check.on}, {"check", check.check}, {"severity", check.severity}};
    });
    add_left_out(text, report);
    return std::move(text).finish();
}

std::string metrics_mark(const RunReport& report) {
    Exposition text(labels_of(report));
    text.family(kSuccess, "");
    text.sample(0);
    const std::string all = std::move(text).finish();
    const std::size_t begin = all.find('\n' + std::string(kSuccess)) + 1;
    return all.substr(begin, all.find(" 0\n", begin) + 1 - begin);
}

std::optional<WallTime> last_success_in(const std::string& text) {
    const std::size_t begin = text.find('\n' + std::string(kLastSuccess) + '{');
    if (begin == std::string::npos) return std::nullopt;
    const std::size_t end = text.find('\n', begin + 1);
    const std::string line = text.substr(begin + 1, end - begin - 1);
    double seconds = 0;
    const auto [_, fault] = std::from_chars(line.data() + line.rfind(' ') + 1, line.data() + line.size(), seconds);
    if (fault != std::errc() || !(seconds >= 0) || seconds > 1e11) return std::nullopt;
    const auto microseconds = std::chrono::microseconds(std::llround(seconds * 1e6));
    return WallTime(std::chrono::duration_cast<WallTime::duration>(microseconds));
}

}  // namespace sluice
