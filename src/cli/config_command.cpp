#include "cli/config_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/conclusion.hpp"
#include "cli/config_options.hpp"
#include "cli/option_values.hpp"
#include "cli/run_options.hpp"
#include "cli/standard_streams.hpp"
#include "config/characters.hpp"
#include "config/effective.hpp"
#include "config/json_schema.hpp"
#include "pipeline/registry.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice config                        config/config.yaml as it holds, each value with its place\n"
    "  sluice config --env prod --set retry.attempts=2\n"
    "  sluice config --diff staging prod    what the two do differently, as it is written\n"
    "  sluice config --schema               JSON Schema, for editors\n"
    "\n"
    "What is printed loads as it is. Secrets are shown as they are written (${NAME}), never their values.";

struct ConfigArguments {
    ConfigRequest config;
    std::filesystem::path base;  // --chdir is accepted as elsewhere; nothing is opened
    std::vector<std::string> diff;
    bool schema = false;
    bool json = false;
};

std::string printed_json(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

Json json_of(const std::vector<LocatedValue>& values) {
    Json list = Json::array();
    for (const LocatedValue& value : values)
        list.push_back({{"path", value.path}, {"value", value.value}, {"from", value.place}});
    return list;
}

std::string header(const Config& config) {
    std::string text = fmt::format("# {}", showable(config.path.string()));
    if (!config.environment.empty())
        text += fmt::format(", with {} for environment '{}'", showable(config.overlay.string()), config.environment);
    text += '\n';
    for (const ParamValue& param : config.params)
        text += fmt::format("# param {} = {}\n", param.name, showable(param.value));
    return text;
}

Result<std::string> effective(const ConfigArguments& arguments) {
    const ConfigSchemas schemas = config_schemas();
    TRY_ASSIGN(const Config config, load_config(arguments.config, schemas));
    for (const std::string& warning : config.warnings) write_to_stderr("warning: " + warning + '\n');
    const Tree root = effective_tree(config, schemas);
    if (!arguments.json) return header(config) + annotated_yaml(root);
    Json params = Json::object();
    for (const ParamValue& param : config.params) params[param.name] = param.value;
    return printed_json({{"config", config.path.string()},
                         {"environment", config.environment},
                         {"overlay", config.overlay.string()},
                         {"config_hash", config.hash},
                         {"params", std::move(params)},
                         {"values", json_of(located_values(root))}});
}

// A path that at least one of two environments has, with what each says.
struct Difference {
    std::string path;
    std::vector<std::optional<LocatedValue>> sides;
};

std::vector<Difference> differences(const std::vector<LocatedValue>& left, const std::vector<LocatedValue>& right) {
    const auto find = [](const std::vector<LocatedValue>& values, const std::string& path) {
        const auto found = std::ranges::find(values, path, &LocatedValue::path);
        return found == values.end() ? std::nullopt : std::optional(*found);
    };
    std::vector<Difference> result;
    for (const LocatedValue& value : left) {
        auto other = find(right, value.path);
        if (!other || other->whole.reveal() != value.whole.reveal())
            result.push_back({value.path, {value, std::move(other)}});
    }
    for (const LocatedValue& value : right) {
        if (!find(left, value.path)) result.push_back({value.path, {std::nullopt, value}});
    }
    return result;
}

std::string difference_text(const std::vector<Difference>& found, const std::vector<std::string>& names) {
    if (found.empty()) return fmt::format("'{}' and '{}' say the same\n", names[0], names[1]);
    const std::size_t width = std::max(names[0].size(), names[1].size());
    std::string text;
    for (const Difference& difference : found) {
        text += showable(difference.path) + '\n';
        for (std::size_t side = 0; side < names.size(); ++side) {
            const auto& value = difference.sides[side];
            text += value
                        ? fmt::format("  {:<{}}  {}  # {}\n", names[side], width, value->value, showable(value->place))
                        : fmt::format("  {:<{}}  (does not say)\n", names[side], width);
        }
    }
    return text;
}

Result<std::string> difference(const ConfigArguments& arguments) {
    std::vector<std::vector<LocatedValue>> values;
    for (const std::string& name : arguments.diff) {
        ConfigRequest request = arguments.config;
        request.env = name;
        TRY_ASSIGN(const WrittenDocument written, read_written(request));
        values.push_back(located_values(written.root));
    }
    const std::vector<Difference> found = differences(values[0], values[1]);
    if (!arguments.json) return difference_text(found, arguments.diff);
    Json list = Json::array();
    for (const Difference& one : found) {
        Json item{{"path", one.path}};
        for (std::size_t side = 0; side < arguments.diff.size(); ++side) {
            const auto& value = one.sides[side];
            item[arguments.diff[side]] = value ? Json{{"value", value->value}, {"from", value->place}} : Json(nullptr);
        }
        list.push_back(std::move(item));
    }
    return printed_json(list);
}

Result<std::string> result_of(const ConfigArguments& arguments) {
    if (arguments.schema) return json_schema(config_schemas());
    return arguments.diff.empty() ? effective(arguments) : difference(arguments);
}

}  // namespace

Command add_config_command(CLI::App& app) {
    auto arguments = std::make_shared<ConfigArguments>();
    CLI::App* command = app.add_subcommand("config", "Show the config as it holds, each value with its place");
    command->footer(kExamples);
    add_config_options(*command, arguments->config, arguments->base);
    command->add_option("--diff", arguments->diff, "Show what two environments do differently")
        ->type_name("ENV ENV")
        ->expected(2);
    command->add_flag("--schema", arguments->schema, "Print the JSON Schema of configs");
    add_format_option(*command, arguments->json);
    return {.options = command,
            .run = [arguments](const std::string&) { return conclude_command("config", result_of(*arguments)); }};
}

}  // namespace sluice
