#include "cli/runs_command.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>

#include "cli/conclusion.hpp"
#include "cli/config_options.hpp"
#include "cli/ledger_access.hpp"
#include "cli/option_values.hpp"
#include "cli/run_options.hpp"
#include "cli/runs_text.hpp"
#include "cli/signals.hpp"
#include "cli/standard_streams.hpp"
#include "config/scalar_types.hpp"
#include "monitoring/report_json.hpp"
#include "pipeline/history.hpp"
#include "pipeline/leftovers.hpp"
#include "pipeline/run_settings.hpp"
#include "pipeline/state_folder.hpp"

namespace sluice {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice runs                            the last 20 runs, the newest first\n"
    "  sluice runs --status failed -n 5\n"
    "  sluice runs etl.yaml --chdir /data     those of one pipeline\n"
    "  sluice runs show 20261128T0300         all of one run; the beginning of its id is enough\n"
    "  sluice runs prune --older-than 30d     removes older runs and the rows that they rejected\n"
    "\n"
    "They are kept in .sluice/ledger.db in the folder that the config's paths start from, or where its `state` says.\n"
    "\n"
    "Exit codes: 0 done, 2 mend the command or the config, 4 the ledger cannot be read.";

constexpr const char* kShowExamples =
    "Examples:\n"
    "  sluice runs show 20261128T030000Z-3f9a1c\n"
    "  sluice runs show 20261128T0300 --format json";

constexpr const char* kPruneExamples =
    "Examples:\n"
    "  sluice runs prune --older-than 30d --dry-run\n"
    "  sluice runs prune --keep 100                     the newest 100 of each pipeline stay\n"
    "  sluice runs prune --older-than 365d --keep 10    older than a year, but 10 of each stay\n"
    "  sluice runs prune --sweep etl.yaml --dry-run     what dropped outputs left in the buckets\n"
    "\n"
    "A config with `history: 90d` does the same at the end of each run.";

struct RunsArguments {
    RunOptions options;
    bool json = false;
    std::uint64_t most = 20;
    std::string status;
    std::string run;
    Pruning pruning;
    bool dry_run = false;
    bool sweep = false;
};

Result<std::string> parse_status(std::string_view text) {
    return parse_choice(text, {"running", "done", "failed", "interrupted", "crashed"});
}

Result<std::optional<std::chrono::milliseconds>> parse_age(std::string_view text) {
    const auto age = parse_duration(text);
    if (age) return age;
    return config_error("usage", fmt::format("'{}' is no duration, such as 12h or 30d", text));
}

Result<std::optional<std::uint64_t>> parse_kept(std::string_view text) {
    auto count = parse_count(text);
    if (!count) return std::move(count).error();
    return std::optional(*count);
}

Result<std::string> list(const RunsArguments& arguments) {
    TRY_ASSIGN(const auto state, find_state_folder(arguments.options));
    TRY_ASSIGN(const std::string pipeline, pipeline_of(arguments.options));
    TRY_ASSIGN(const auto ledger, open_ledger(state));
    std::vector<RunReport> runs;
    if (ledger) {
        TRY_ASSIGN(runs, ledger->runs({.pipeline = pipeline, .status = arguments.status, .most = arguments.most}));
    }
    if (arguments.json) return runs_document(runs);
    if (runs.empty())
        write_to_stderr(fmt::format("no such runs in '{}'\n", (state / "ledger.db").lexically_normal().string()));
    return runs_table(runs);
}

Result<std::string> show(const RunsArguments& arguments) {
    TRY_ASSIGN(const auto state, find_state_folder(arguments.options));
    TRY_ASSIGN(const auto ledger, open_ledger(state));
    if (!ledger) return no_ledger(state);
    TRY_ASSIGN(const RunReport run, ledger->run(arguments.run));
    return arguments.json ? report_document(run) : run_text(run);
}

// Before runs are pruned: they say what was published.
Result<std::vector<SweptBucket>> sweep(const RunsArguments& arguments, const Ledger* ledger) {
    StopFlag stop;
    const StopOnSignals signals(stop);
    std::vector<RunReport> runs;
    if (ledger != nullptr) {
        TRY_ASSIGN(runs, ledger->runs({}));
    }
    return remove_leftovers(arguments.options, runs, arguments.dry_run, stop);
}

Result<std::string> prune(const RunsArguments& arguments) {
    const bool prunes = arguments.pruning.older_than || arguments.pruning.keep;
    if (!prunes && !arguments.sweep)
        return config_error("usage",
                            "sluice runs prune: say which runs: --older-than 30d, --keep 100, or both; or --sweep");
    if (arguments.sweep && arguments.options.to)
        return config_error("usage", "sluice runs prune: --sweep is about buckets, and with --to DIR there is none");
    TRY_ASSIGN(const auto state, find_state_folder(arguments.options));
    std::error_code absent;
    const bool there =
        std::filesystem::exists(state / "ledger.db", absent) || std::filesystem::exists(state / "runs.jsonl", absent);
    if (!there && prunes) return no_ledger(state);
    std::unique_ptr<Ledger> ledger;
    if (there) {
        std::vector<std::string> notes;
        TRY_ASSIGN(ledger, Ledger::open(state, notes));
        for (const std::string& note : notes) write_to_stderr("warning: " + note + '\n');
    }
    std::vector<SweptBucket> swept;
    if (arguments.sweep) {
        TRY_ASSIGN(swept, sweep(arguments, ledger.get()));
    }
    std::vector<PrunedRun> runs;
    if (prunes) {
        TRY_ASSIGN(runs, runs_to_prune(state, *ledger, arguments.pruning, std::chrono::system_clock::now()));
        if (!arguments.dry_run) TRY(remove_runs(state, *ledger, runs));
    }
    if (arguments.json) return pruned_document(runs, swept, arguments.dry_run);
    return (arguments.sweep ? swept_text(swept, arguments.dry_run) : std::string()) +
           (prunes ? pruned_text(runs, arguments.dry_run) : std::string());
}

void add_place_options(CLI::App& command, RunsArguments& arguments) {
    add_config_options(command, arguments.options.config, arguments.options.base);
    add_value_option(command, "--to", arguments.options.to, parse_path, "Of runs with --to DIR")->type_name("DIR");
    add_format_option(command, arguments.json);
}

CLI::App* add_show(CLI::App& runs, RunsArguments& arguments) {
    CLI::App* command =
        runs.add_subcommand("show", "Show all of one run: stages, books, outputs, warnings, why it failed");
    command->footer(kShowExamples);
    add_value_option(*command, "RUN", arguments.run, parse_name, "Its id, or the beginning of it")
        ->type_name("")
        ->required();
    add_place_options(*command, arguments);
    return command;
}

CLI::App* add_prune(CLI::App& runs, RunsArguments& arguments) {
    CLI::App* command =
        runs.add_subcommand("prune", "Remove old runs from the ledger, with the rows that they rejected");
    command->footer(kPruneExamples);
    add_place_options(*command, arguments);
    add_value_option(*command, "--older-than", arguments.pruning.older_than, parse_age, "Runs that began longer ago")
        ->type_name("AGE");
    add_value_option(*command, "--keep", arguments.pruning.keep, parse_kept, "All but the newest N of each pipeline")
        ->type_name("N");
    command->add_flag("--sweep", arguments.sweep,
                      "In the config's buckets: abort open uploads, and remove objects, of outputs that it no longer "
                      "names");
    command->add_flag("--dry-run", arguments.dry_run, "Tell which; remove nothing");
    return command;
}

}  // namespace

Command add_runs_command(CLI::App& app) {
    // Each has values of its own: an option before `show` is one of `runs`.
    auto arguments = std::make_shared<std::array<RunsArguments, 3>>();
    CLI::App* command = app.add_subcommand("runs", "List the runs of a pipeline, show one, remove old ones");
    command->footer(kExamples);
    command->require_subcommand(0, 1);
    auto& [listed, shown, pruned] = *arguments;
    add_place_options(*command, listed);
    add_value_option(*command, "-n", listed.most, parse_count, "How many [20]")->type_name("N");
    add_value_option(*command, "--status", listed.status, parse_status, "Only those that ended so, or still run")
        ->type_name("running|done|failed|interrupted|crashed");
    CLI::App* show_command = add_show(*command, shown);
    CLI::App* prune_command = add_prune(*command, pruned);
    return {.options = command, .run = [=](const std::string&) {
                const auto& [to_list, to_show, to_prune] = *arguments;
                if (show_command->parsed()) return conclude_command("runs show", show(to_show));
                if (prune_command->parsed()) return conclude_command("runs prune", prune(to_prune));
                return conclude_command("runs", list(to_list));
            }};
}

}  // namespace sluice
