#include "cli/validate_command.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "cli/conclusion.hpp"
#include "cli/config_options.hpp"
#include "cli/run_options.hpp"
#include "cli/signals.hpp"
#include "cli/standard_streams.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/connection_check.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/run_alerts.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice validate\n"
    "  sluice validate --env prod\n"
    "  sluice validate --connect            reaches every source and destination, too; leaves nothing there\n"
    "  sluice validate --connect --send-alert   sends a test message to every alert as well";

struct ValidateArguments {
    ConfigRequest config;
    std::filesystem::path base = ".";
    bool quiet = false;
    bool connect = false;
    bool send_alert = false;
    bool json = false;
};

Result<Config> load_and_check(const ConfigRequest& request) {
    TRY_ASSIGN(Config config, load_config(request, config_schemas()));
    TRY(assemble(config, {}));
    return config;
}

std::string noun(std::size_t count, std::string_view name) {
    return fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
}

// What was found, all of it; the exit code is that of the first fault.
struct Findings {
    std::optional<Config> config;  // nothing when it has faults
    std::optional<Error> error;
    std::vector<ConnectionCheck> connections;
    int code = 0;
};

// What became of the test messages, as of the connections before them.
void send_alerts(const ValidateArguments& arguments, const Config& config, std::vector<ConnectionCheck>& checks) {
    const auto tested = send_test_alerts(config, arguments.base);
    if (!tested) {
        checks.push_back({.what = "alerts", .found = {}, .error = tested.error()});
        return;
    }
    for (const TestedAlert& alert : *tested)
        checks.push_back({.what = fmt::format("alert '{}'", alert.name),
                          .found = alert.error ? "" : "took a test message",
                          .error = alert.error});
    for (const AlertItem& item : config.alerts)
        if (!item.on)
            checks.push_back({.what = fmt::format("alert '{}'", item.name),
                              .found = "off: " + item.off_reason,
                              .error = std::nullopt});
}

Findings find(const ValidateArguments& arguments) {
    Findings findings;
    Result<Config> config = load_and_check(arguments.config);
    if (!config) {
        findings.error = config.error();
        findings.code = exit_code(config.error());
        return findings;
    }
    findings.config = std::move(*config);
    if (!arguments.connect) return findings;
    StopFlag stop;
    const StopOnSignals signals(stop);
    findings.connections = check_connections(*findings.config, arguments.base, stop);
    if (arguments.send_alert && !stop.stopped()) send_alerts(arguments, *findings.config, findings.connections);
    for (const ConnectionCheck& check : findings.connections)
        if (check.error && findings.code == 0) findings.code = exit_code(*check.error);
    if (const Result<> stopped = stop.check(); !stopped) findings.code = exit_code(stopped.error());
    return findings;
}

std::string result_text(const Findings& findings) {
    if (!findings.config) return "";
    const Config& config = *findings.config;
    std::string text =
        fmt::format("{}: valid: {}, {}, {}, {}\n", config.path.string(), noun(config.sources.size(), "source"),
                    noun(config.transforms.size(), "step"), noun(config.outputs.size(), "output"),
                    noun(config.destinations.size(), "destination"));
    for (const ConnectionCheck& check : findings.connections)
        if (!check.error) text += fmt::format("{}: {}\n", check.what, check.found);
    return text;
}

std::string messages(const Findings& findings) {
    if (findings.error) return findings.error->message + '\n';
    std::string text;
    for (const std::string& warning : findings.config->warnings) text += "warning: " + warning + '\n';
    for (const ConnectionCheck& check : findings.connections)
        if (check.error) text += fmt::format("{}: {}\n", check.what, check.error->message);
    return text;
}

nlohmann::ordered_json json_of(const std::optional<Error>& error) {
    if (!error) return nullptr;
    return {{"code", error->code}, {"message", error->message}};
}

std::string document(const Findings& findings) {
    using Json = nlohmann::ordered_json;
    Json json{{"valid", findings.config.has_value()}, {"exit_code", findings.code}, {"error", json_of(findings.error)}};
    if (findings.config) {
        const Config& config = *findings.config;
        json["config"] = config.path.string();
        json["config_hash"] = config.hash;
        json["sources"] = config.sources.size();
        json["steps"] = config.transforms.size();
        json["outputs"] = config.outputs.size();
        json["destinations"] = config.destinations.size();
        json["warnings"] = config.warnings;
        json["connections"] = Json::array();
        for (const ConnectionCheck& check : findings.connections)
            json["connections"].push_back(
                {{"what", check.what}, {"found", check.found}, {"error", json_of(check.error)}});
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

int validate(const ValidateArguments& arguments) {
    const Findings findings = find(arguments);
    if (!arguments.json) write_to_stderr(messages(findings));
    const int written = conclude_command("validate", arguments.json    ? document(findings)
                                                     : arguments.quiet ? std::string()
                                                                       : result_text(findings));
    return findings.code != 0 ? findings.code : written;
}

}  // namespace

Command add_validate_command(CLI::App& app) {
    auto arguments = std::make_shared<ValidateArguments>();
    CLI::App* command = app.add_subcommand("validate", "Check a config, all of it, without touching data");
    command->footer(kExamples);
    add_config_options(*command, arguments->config, arguments->base);
    CLI::Option* connect =
        command->add_flag("--connect", arguments->connect,
                          "Reach every source and destination with the real credentials; leaves nothing there");
    command->add_flag("--send-alert", arguments->send_alert, "Send a test message to every alert that is on")
        ->needs(connect);
    command->add_flag("--quiet", arguments->quiet, "Print nothing when the config is valid");
    add_format_option(*command, arguments->json);
    return {.options = command, .run = [arguments](const std::string&) { return validate(*arguments); }};
}

}  // namespace sluice
