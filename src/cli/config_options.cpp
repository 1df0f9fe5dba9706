#include "cli/config_options.hpp"

#include "cli/command.hpp"
#include "cli/option_values.hpp"

namespace sluice {

void add_config_options(CLI::App& command, ConfigRequest& request, std::filesystem::path& base) {
    request.environment = environment_variable;
    add_value_option(command, "CONFIG", request.path, parse_path,
                     "The config file [config/config.yaml, else config/config.json]")
        ->type_name("");
    add_value_option(command, "--chdir", base, parse_path, "The folder that paths inside the config start from")
        ->type_name("DIR");
    add_list_option(command, "--set", request.set, parse_assignment,
                    "Replace a value of the config: destinations[local].durability=none; repeatable")
        ->type_name("PATH=VALUE");
}

}  // namespace sluice
