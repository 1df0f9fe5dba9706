#include "cli/validate_command.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/config_options.hpp"
#include "cli/standard_streams.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/registry.hpp"

namespace sluice {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice validate\n"
    "  sluice validate config/config_prod.yaml";

struct ValidateArguments {
    ConfigRequest config;
    std::filesystem::path base;
    bool quiet = false;
};

Result<Config> load_and_check(const ConfigRequest& request) {
    TRY_ASSIGN(Config config, load_config(request, config_schemas()));
    TRY(assemble(config, {}));
    return config;
}

std::string noun(std::size_t count, std::string_view name) {
    return fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
}

int validate(const ValidateArguments& arguments) {
    const Result<Config> config = load_and_check(arguments.config);
    if (!config) {
        write_to_stderr(config.error().message + '\n');
        return exit_code(config.error());
    }
    if (arguments.quiet) return 0;
    const Result<> written = write_to_stdout(
        fmt::format("{}: valid: {}, {}, {}, {}\n", config->path.string(), noun(config->sources.size(), "source"),
                    noun(config->transforms.size(), "step"), noun(config->outputs.size(), "output"),
                    noun(config->destinations.size(), "destination")));
    if (written) return 0;
    write_to_stderr("sluice validate: " + written.error().message + '\n');
    return exit_code(written.error());
}

}  // namespace

Command add_validate_command(CLI::App& app) {
    auto arguments = std::make_shared<ValidateArguments>();
    CLI::App* command = app.add_subcommand("validate", "Check a config, all of it, without touching data");
    command->footer(kExamples);
    add_config_options(*command, arguments->config, arguments->base);
    command->add_flag("--quiet", arguments->quiet, "Print nothing when the config is valid");
    return {.options = command, .run = [arguments](const std::string&) { return validate(*arguments); }};
}

}  // namespace sluice
