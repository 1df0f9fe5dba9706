#include "cli/plan_command.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/conclusion.hpp"
#include "cli/config_options.hpp"
#include "cli/plan_text.hpp"
#include "cli/run_options.hpp"
#include "cli/terminal.hpp"

namespace sluice {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice plan                       what `sluice run` would do\n"
    "  sluice plan --only action_counts.json --memory 200MiB\n"
    "  sluice plan --access              the files and hosts that it may touch, and the least S3 policy\n"
    "  sluice plan --format json\n"
    "\n"
    "Sizes are those of the files now. Rows and columns are guessed from the first 256 KiB of each source, hence "
    "\"about\".\n"
    "Programs of `type: command` are not run. Nothing is written, and no other machine is asked.";

struct PlanArguments {
    RunOptions options;
    bool json = false;
    bool access = false;
};

Result<std::string> result_of(const PlanArguments& arguments) {
    if (arguments.access) {
        TRY_ASSIGN(const AccessList access, list_access(arguments.options));
        return arguments.json ? access_document(access) : access_text(access, stdout_width());
    }
    TRY_ASSIGN(const PlanDescription plan, describe_plan(arguments.options));
    return arguments.json ? plan_document(plan) : plan_text(plan, stdout_width());
}

}  // namespace

Command add_plan_command(CLI::App& app) {
    auto arguments = std::make_shared<PlanArguments>();
    CLI::App* command = app.add_subcommand("plan", "Say what a run would do, with numbers, without doing it");
    command->footer(kExamples);
    add_config_options(*command, arguments->options.config, arguments->options.base);
    add_output_options(*command, arguments->options);
    add_planning_options(*command, arguments->options);
    command->add_flag("--access", arguments->access, "List the files and hosts that a run may touch");
    add_format_option(*command, arguments->json);
    return {.options = command,
            .run = [arguments](const std::string&) { return conclude_command("plan", result_of(*arguments)); }};
}

}  // namespace sluice
