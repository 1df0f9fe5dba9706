#include "cli/validate_command.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/config_options.hpp"
#include "cli/signals.hpp"
#include "cli/standard_streams.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/connection_check.hpp"
#include "pipeline/registry.hpp"

namespace sluice {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice validate\n"
    "  sluice validate --env prod\n"
    "  sluice validate --connect            reaches every source and destination, too; leaves nothing there";

struct ValidateArguments {
    ConfigRequest config;
    std::filesystem::path base = ".";
    bool quiet = false;
    bool connect = false;
};

Result<Config> load_and_check(const ConfigRequest& request) {
    TRY_ASSIGN(Config config, load_config(request, config_schemas()));
    TRY(assemble(config, {}));
    return config;
}

std::string noun(std::size_t count, std::string_view name) {
    return fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
}

std::string summary(const Config& config) {
    return fmt::format("{}: valid: {}, {}, {}, {}\n", config.path.string(), noun(config.sources.size(), "source"),
                       noun(config.transforms.size(), "step"), noun(config.outputs.size(), "output"),
                       noun(config.destinations.size(), "destination"));
}

// What can be reached goes to `text`, what cannot to stderr. The exit code.
int connect(const Config& config, const std::filesystem::path& base, std::string& text) {
    StopFlag stop;
    const StopOnSignals signals(stop);
    int code = 0;
    for (const ConnectionCheck& check : check_connections(config, base, stop)) {
        if (check.error) {
            write_to_stderr(fmt::format("{}: {}\n", check.what, check.error->message));
            if (code == 0) code = exit_code(*check.error);
        } else {
            text += fmt::format("{}: {}\n", check.what, check.found);
        }
    }
    const Result<> stopped = stop.check();
    return stopped ? code : exit_code(stopped.error());
}

int validate(const ValidateArguments& arguments) {
    const Result<Config> config = load_and_check(arguments.config);
    if (!config) {
        write_to_stderr(config.error().message + '\n');
        return exit_code(config.error());
    }
    for (const std::string& warning : config->warnings) write_to_stderr("warning: " + warning + '\n');
    std::string text = summary(*config);
    const int code = arguments.connect ? connect(*config, arguments.base, text) : 0;
    const Result<> written = write_to_stdout(arguments.quiet ? "" : text);
    if (written || code != 0) return code;
    write_to_stderr("sluice validate: " + written.error().message + '\n');
    return exit_code(written.error());
}

}  // namespace

Command add_validate_command(CLI::App& app) {
    auto arguments = std::make_shared<ValidateArguments>();
    CLI::App* command = app.add_subcommand("validate", "Check a config, all of it, without touching data");
    command->footer(kExamples);
    add_config_options(*command, arguments->config, arguments->base);
    command->add_flag("--connect", arguments->connect,
                      "Reach every source and destination with the real credentials; leaves nothing there");
    command->add_flag("--quiet", arguments->quiet, "Print nothing when the config is valid");
    return {.options = command, .run = [arguments](const std::string&) { return validate(*arguments); }};
}

}  // namespace sluice
