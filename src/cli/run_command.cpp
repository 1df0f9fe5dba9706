#include "cli/run_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/conclusion.hpp"
#include "cli/config_options.hpp"
#include "cli/date_runs.hpp"
#include "cli/option_values.hpp"
#include "cli/run_options.hpp"
#include "cli/run_summary.hpp"
#include "cli/signals.hpp"
#include "cli/standard_streams.hpp"
#include "monitoring/report_json.hpp"
#include "pipeline/registry.hpp"

namespace sluice {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice run                                   config/config.yaml, inputs and outputs where it says\n"
    "  sluice run etl.yaml --chdir /data --threads 4\n"
    "  sluice run --only action_counts.json --to /tmp/try\n"
    "  sluice run --set destinations[local].durability=none --format json\n"
    "  sluice run --env prod --param date=2026-11-22\n"
    "  sluice run --param date=2026-11-01..2026-11-22      one day after the other; again: only what is left\n"
    "\n"
    "Exit codes: 0 done, 2 mend the command or the config, 3 mend the data, 4 something around it failed (a retry may\n"
    "help), 5 another run or pipeline holds the destination, 130 or 143 stopped by a signal, 1 a fault of Sluice.";

Result<std::optional<ProgressStyle>> parse_progress(std::string_view text) {
    auto choice = parse_choice(text, {"auto", "bar", "plain", "none"});
    if (!choice) return std::move(choice).error();
    if (*choice == "bar") return std::optional(ProgressStyle::bar);
    if (*choice == "plain") return std::optional(ProgressStyle::plain);
    if (*choice == "none") return std::optional(ProgressStyle::none);
    return std::optional<ProgressStyle>();
}

// The range of days of --param, if there is one. A config that does not load is told of by the run itself.
std::optional<ParamDates> dates_of(const ConfigRequest& request) {
    const auto is_range = [](const std::string& param) { return param.find("..") != std::string::npos; };
    if (std::ranges::none_of(request.params, is_range)) return std::nullopt;
    auto config = load_config(request, config_schemas());
    return config ? std::move(config->dates) : std::nullopt;
}

// What a run says at its end; the exit code is the run's, unless it was good and its result could not be written.
int conclude(const RunReport& report, const RunArguments& arguments) {
    const int code = report.error ? exit_code(*report.error) : 0;
    std::string result;
    if (arguments.json) {
        result = report_document(report);
    } else if (code == 0 && !arguments.quiet) {
        result = run_summary(report);
    }
    const Result<> written = write_to_stdout(result);
    // With --verbose the log has said it.
    if (!arguments.verbose) {
        if (!arguments.json && !arguments.quiet) write_to_stderr(run_warnings(report));
        write_to_stderr(run_failure(report));
    }
    if (written || code != 0) return code;
    write_to_stderr("sluice run: the run is done, but " + written.error().message + "\n");
    return exit_code(written.error());
}

int run_once_or_by_days(RunArguments& arguments, StopFlag& stop) {
    if (const auto dates = dates_of(arguments.options.config)) return run_dates(arguments, *dates, stop);
    Progress progress;
    ProgressDisplay display(progress, progress_style(arguments));
    const RunReport report = run_pipeline(arguments.options, progress, stop);
    display.end();
    return conclude(report, arguments);
}

}  // namespace

int run_and_conclude(RunArguments& arguments, const std::string& typed) {
    arguments.options.command = typed;
    std::unique_ptr<RunLog> log;
    if (arguments.verbose || arguments.log_file) {
        auto opened = RunLog::open({.format = arguments.log_format.value_or(LogFormat::text),
                                    .file = arguments.log_file,
                                    .to_stderr = arguments.verbose});
        if (!opened) return conclude_command("run", opened.error());
        log = std::move(*opened);
        arguments.options.listener = log.get();
    }
    StopFlag stop;
    const StopOnSignals signals(stop);
    const int code = run_once_or_by_days(arguments, stop);
    if (log && log->incomplete())
        write_to_stderr(fmt::format("warning: not all of the run's log could be written to '{}'\n",
                                    arguments.log_file.value_or("stderr").string()));
    return code;
}

namespace {

void add_input_options(CLI::App& app, RunArguments& arguments) {
    RunOptions& options = arguments.options;
    add_config_options(app, options.config, options.base);
    add_output_options(app, options);
    app.add_flag("--dry-run", options.dry_run, "Read, check and compute everything; publish nothing");
}

void add_display_options(CLI::App& app, RunArguments& arguments) {
    add_value_option(app, "--progress", arguments.progress, parse_progress,
                     "How progress is shown [auto: a bar on a terminal, else plain lines]")
        ->type_name("auto|bar|plain|none");
    add_format_option(app, arguments.json);
    app.add_flag(
        "--quiet", arguments.quiet,
        "Print only what made a run fail: warnings go to the run log alone (--format json prints its document still)");
}

Result<std::optional<LogFormat>> parse_log_format(std::string_view text) {
    auto choice = parse_choice(text, {"text", "json"});
    if (!choice) return std::move(choice).error();
    return std::optional(*choice == "json" ? LogFormat::json : LogFormat::text);
}

void add_log_options(CLI::App& app, RunArguments& arguments) {
    add_value_option(app, "--log-format", arguments.log_format, parse_log_format,
                     "How the log is written, with --log-file or --verbose [text]")
        ->type_name("text|json");
    add_value_option(app, "--log-file", arguments.log_file, parse_path, "Append the run's log to this file")
        ->type_name("FILE");
    app.add_flag("--verbose", arguments.verbose, "The run's log on stderr, instead of progress and messages");
}

// What options cannot mean together.
void check_together(const RunArguments& arguments) {
    if (arguments.verbose && arguments.quiet)
        throw CLI::ValidationError("--verbose", "it says more and --quiet says less; choose one");
    if (arguments.log_format && !arguments.verbose && !arguments.log_file)
        throw CLI::ValidationError("--log-format", "there is no log to format; add --log-file FILE or --verbose");
}

}  // namespace

ProgressStyle progress_style(const RunArguments& arguments) {
    if (arguments.quiet || arguments.verbose) return ProgressStyle::none;
    return arguments.progress ? *arguments.progress : automatic_progress_style();
}

CLI::App* add_run_options(CLI::App& app, RunArguments& arguments) {
    CLI::App* command = app.add_subcommand("run", "Run the pipeline and publish its outputs");
    command->footer(kExamples);
    arguments.options.config.date_ranges = true;
    add_run_settings(*command, arguments);
    command->add_flag("--force", arguments.force, "Of a range of days, run also those that are done");
    return command;
}

void add_run_settings(CLI::App& command, RunArguments& arguments) {
    add_input_options(command, arguments);
    add_planning_options(command, arguments.options);
    add_reading_options(command, arguments.options);
    add_display_options(command, arguments);
    add_log_options(command, arguments);
    command.callback([&arguments] { check_together(arguments); });
}

Command add_run_command(CLI::App& app) {
    auto arguments = std::make_shared<RunArguments>();
    CLI::App* options = add_run_options(app, *arguments);
    return {.options = options,
            .run = [arguments](const std::string& typed) { return run_and_conclude(*arguments, typed); }};
}

}  // namespace sluice
