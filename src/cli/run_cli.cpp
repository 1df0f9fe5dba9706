#include "cli/run_cli.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/completion_command.hpp"
#include "cli/config_command.hpp"
#include "cli/config_options.hpp"
#include "cli/diff_command.hpp"
#include "cli/init_command.hpp"
#include "cli/plan_command.hpp"
#include "cli/preview_command.hpp"
#include "cli/replay_command.hpp"
#include "cli/report_command.hpp"
#include "cli/run_command.hpp"
#include "cli/runs_command.hpp"
#include "cli/standard_streams.hpp"
#include "cli/test_command.hpp"
#include "cli/validate_command.hpp"
#include "cli/verify_command.hpp"
#include "cli/version.hpp"
#include "config/diagnostics.hpp"
#include "config/env_file.hpp"
#include "config/secret_words.hpp"
#include "utils/open_files.hpp"
#include "utils/shell_words.hpp"

namespace sluice {
namespace {

constexpr int kUsageFault = 2;

constexpr const char* kAbout = "Sluice runs a declared data pipeline: extract, check, transform, load.\n";

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice init                     writes a config for the data files here\n"
    "  sluice run                      runs config/config.yaml\n"
    "  sluice preview NAME             the first rows of a source, step or output\n"
    "  sluice validate etl.yaml        checks a config without touching data\n"
    "  sluice run --help               all options of a command";

// Secrets within --set are masked: the text goes into messages.
std::string typed_command(int argc, char** argv) {
    std::string text;
    for (int index = 0; index < argc; ++index) {
        const std::string_view word = argv[index];
        constexpr std::string_view kSet = "--set=";
        if (index > 0) text += ' ';
        if (word.starts_with(kSet)) {
            text += shell_word(std::string(kSet) + masked_set_option(word.substr(kSet.size())));
        } else {
            const bool is_set = index > 0 && std::string_view(argv[index - 1]) == "--set";
            text += shell_word(is_set ? masked_set_option(word) : word);
        }
    }
    return text;
}

// The command that was named below another; null where none was.
const CLI::App* named_below(const CLI::App& app) {
    const std::vector<CLI::App*> named = app.get_subcommands();
    return named.empty() ? nullptr : named.front();
}

// "run" or "runs show" for the command that was named, or "" where none was.
std::string command_name(const CLI::App& app) {
    std::string name;
    for (const CLI::App* level = named_below(app); level != nullptr; level = named_below(*level))
        name += (name.empty() ? "" : " ") + level->get_name();
    return name;
}

// What no option takes is told by us, with the nearest name.
void allow_extras(CLI::App& command) {
    command.allow_extras();
    for (CLI::App* below : command.get_subcommands({})) allow_extras(*below);
}

int usage_fault(const CLI::App& app, std::string_view message) {
    const std::string command = command_name(app);
    const std::string name = command.empty() ? "sluice" : "sluice " + command;
    write_to_stderr(fmt::format("{0}: {1}\n'{0} --help' shows what can be typed.\n", name, message));
    return kUsageFault;
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    return names;
}

std::string with_nearest(std::string message, std::string_view name, const std::vector<std::string>& allowed) {
    const std::vector<std::string_view> names(allowed.begin(), allowed.end());
    if (const std::string_view nearest = nearest_name(name, names); !nearest.empty()) {
        message += fmt::format("; did you mean '{}'?", nearest);
    }
    return message;
}

// What is wrong with the words that no option took; "" when there are none.
std::string unknown_words(const CLI::App& app, bool is_command) {
    const std::vector<std::string> words = app.remaining();
    if (words.empty()) return "";
    // An unknown option is the likelier cause of a word left over after it.
    const auto option = std::ranges::find_if(words, [](const std::string& word) { return word.starts_with('-'); });
    if (option != words.end()) {
        const std::string name = option->substr(0, option->find('='));
        return with_nearest(fmt::format("unknown option '{}'", name), name, option_names(app));
    }
    if (!is_command) {
        return with_nearest(fmt::format("unknown command '{}'", words.front()), words.front(), subcommand_names(app));
    }
    return fmt::format("unexpected '{}': there is nothing after CONFIG but options", words.front());
}

// CLI11 says "--threads: 1 required TEXT missing" where an option stands without its value.
std::string parse_fault_text(const CLI::ParseError& fault) {
    std::string message = fault.what();
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&fault) == nullptr) return message;
    return message.substr(0, message.find(':')) + " needs a value";
}

int run_command(CLI::App& app, const std::vector<Command>& commands, int argc, char** argv) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        const std::vector<CLI::App*> named = app.get_subcommands();
        return write_to_stdout(named.empty() ? app.help() : named.front()->help("sluice")) ? 0 : 4;
    } catch (const CLI::CallForVersion&) {
        return write_to_stdout(version_text()) ? 0 : 4;
    } catch (const CLI::ParseError& fault) {
        return usage_fault(app, parse_fault_text(fault));
    }
    if (const std::string fault = unknown_words(app, false); !fault.empty()) return usage_fault(app, fault);
    for (const Command& command : commands) {
        if (!command.options->parsed()) continue;
        for (const CLI::App* level = command.options; level != nullptr; level = named_below(*level)) {
            if (const std::string fault = unknown_words(*level, true); !fault.empty()) return usage_fault(app, fault);
        }
        export_env_file(kEnvFile);
        return command.run(typed_command(argc, argv));
    }
    write_to_stderr(app.help());
    return kUsageFault;
}

}  // namespace

int run_cli(int argc, char** argv) {
    secure_standard_streams();
    raise_open_file_limit();
    try {
        CLI::App app(kAbout, "sluice");
        app.footer(kExamples);
        app.set_version_flag("--version", std::string(), "Print the versions of sluice and of its libraries");
        app.require_subcommand(0, 1);
        const std::vector<Command> commands{
            add_completion_command(app), add_config_command(app),  add_diff_command(app),   add_init_command(app),
            add_plan_command(app),       add_preview_command(app), add_replay_command(app), add_report_command(app),
            add_run_command(app),        add_runs_command(app),    add_test_command(app),   add_validate_command(app),
            add_verify_command(app)};
        // Not a command that is typed: its words are those of another command line.
        if (argc > 1 && std::string_view(argv[1]) == "__complete")
            return write_to_stdout(completions(app, {argv + 2, argv + argc})) ? 0 : 4;
        app.allow_extras();
        for (const Command& command : commands) allow_extras(*command.options);
        return run_command(app, commands, argc, argv);
    } catch (const std::exception& exception) {
        write_to_stderr(
            fmt::format("sluice: unexpected: {}; this is a fault of Sluice, please report it\n", exception.what()));
        return 1;
    }
}

}  // namespace sluice
