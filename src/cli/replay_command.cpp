#include "cli/replay_command.hpp"

#include <algorithm>
#include <memory>

#include "cli/conclusion.hpp"
#include "cli/option_values.hpp"
#include "cli/run_command.hpp"
#include "pipeline/quarantine.hpp"
#include "pipeline/replay.hpp"
#include "pipeline/state_folder.hpp"

namespace sluice {
namespace {

constexpr const char* kExamples =
    "The rows lie in .sluice/quarantine/RUN/, a line of JSON each. Mend `raw` there, or in a copy that --rows names,\n"
    "then type the command: the pipeline runs with each mended row where it stood in the input. Rows that were not\n"
    "changed stay bad, and count for max_bad_rows. An input that has changed since then is refused.\n"
    "\n"
    "Examples:\n"
    "  sluice replay 20261124T000501Z-356dd7\n"
    "  sluice replay 20261124T000501Z-356dd7 --rows mended.jsonl --dry-run";

struct Arguments {
    RunArguments run;
    ReplayRequest request;
};

bool names_param(const std::vector<std::string>& given, const std::string& name) {
    return std::ranges::any_of(given, [&](const std::string& param) { return param.starts_with(name + '='); });
}

// What the command line does not say is as it was in that run.
Result<> fill_from_record(RunOptions& options) {
    // A config that needs a param of that run cannot be asked for its `state`: the run itself will tell what is wrong.
    const auto state = find_state_folder(options).value_or(options.base / ".sluice");
    TRY_ASSIGN(const Replay replay, Replay::open(state, *options.replay));
    const QuarantineRecord& record = replay.record();
    ConfigRequest& config = options.config;
    if (!config.path) config.path = record.config;
    if (!config.env && !record.environment.empty()) config.env = record.environment;
    for (const auto& [name, value] : record.params)
        if (!names_param(config.params, name)) config.params.push_back(name + '=' + value);
    if (options.only.empty()) options.only = record.only;
    return {};
}

int replay(Arguments& arguments, const std::string& typed) {
    arguments.run.options.replay = arguments.request;
    if (const auto filled = fill_from_record(arguments.run.options); !filled)
        return conclude_command("replay", filled.error());
    return run_and_conclude(arguments.run, typed);
}

}  // namespace

Command add_replay_command(CLI::App& app) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("replay", "Run again with rejected rows that were mended by hand");
    command->footer(kExamples);
    add_value_option(*command, "RUN", arguments->request.run, parse_name, "The run that rejected them")
        ->type_name("")
        ->required();
    command
        ->add_option("--rows", arguments->request.rows,
                     "The mended rows, instead of those in the run's quarantine; repeatable")
        ->type_name("FILE")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    add_run_settings(*command, arguments->run);
    return {.options = command, .run = [arguments](const std::string& typed) { return replay(*arguments, typed); }};
}

}  // namespace sluice
