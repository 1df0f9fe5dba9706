#include "cli/config_options.hpp"

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/option_values.hpp"

namespace sluice {
namespace {

Result<std::string> parse_param(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos && equals > 0) return std::string(text);
    return config_error("usage", fmt::format("'{}' is not name=value; write it like date=2026-11-22", text));
}

Result<std::string> parse_environment(std::string_view text) {
    if (text.empty()) return config_error("usage", "the environment is empty; name one, such as prod");
    return std::string(text);
}

}  // namespace

void add_config_changes(CLI::App& command, ConfigRequest& request) {
    request.environment = environment_variable;
    request.env_file = kEnvFile;
    add_list_option(command, "--set", request.set, parse_assignment,
                    "Replace a value of the config: destinations[local].durability=none; repeatable")
        ->type_name("PATH=VALUE");
    add_value_option(command, "--env", request.env, parse_environment,
                     "The environment, whose overlay lies beside CONFIG [$SLUICE_ENV, else `env` in CONFIG]")
        ->type_name("NAME");
    add_list_option(command, "--param", request.params, parse_param,
                    "The value of a param of the config: date=2026-11-22; repeatable")
        ->type_name("NAME=VALUE");
}

void add_config_options(CLI::App& command, ConfigRequest& request, std::filesystem::path& base) {
    add_value_option(command, "CONFIG", request.path, parse_path,
                     "The config file [config/config.yaml, else config/config.json]")
        ->type_name("");
    add_value_option(command, "--chdir", base, parse_path, "The folder that paths inside the config start from")
        ->type_name("DIR");
    add_config_changes(command, request);
}

}  // namespace sluice
