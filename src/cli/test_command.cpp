#include "cli/test_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/conclusion.hpp"
#include "cli/config_options.hpp"
#include "cli/option_values.hpp"
#include "cli/run_options.hpp"
#include "cli/signals.hpp"
#include "cli/standard_streams.hpp"
#include "cli/terminal_text.hpp"
#include "monitoring/number_text.hpp"
#include "pipeline/pipeline_test.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

constexpr int kDifference = 3;

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice test                     runs every folder of tests/pipelines/\n"
    "  sluice test new_users --update  writes what came out as what is expected; read the diff\n"
    "  sluice test --config config/config_prod.yaml\n"
    "\n"
    "A test is a folder: input/ holds the data files that the config's paths name, expected/ the outputs, and\n"
    "pipeline.yaml the config, where it is not the project's. It runs in a temporary folder and publishes nowhere "
    "else.\n"
    "\n"
    "Exit codes: 0 all passed, 3 some outputs differ or a run failed, 2 mend the command.";

struct TestArguments {
    TestOptions options;
    std::vector<std::string> cases;
    bool json = false;
    bool quiet = false;
};

std::string_view status_name(TestResult::Status status) {
    switch (status) {
        case TestResult::Status::passed:
            return "passed";
        case TestResult::Status::failed:
            return "failed";
        case TestResult::Status::updated:
            return "updated";
    }
    return "failed";
}

// A line, and below it what differs. A line of a file may be long, and holds data.
std::string result_text(const TestResult& result) {
    constexpr std::size_t kLongest = 300;
    std::string text =
        fmt::format("{}: {} in {}\n", printable(result.name), status_name(result.status), seconds_text(result.seconds));
    for (const DifferentFile& file : result.different) {
        text += fmt::format("  {}\n", printable(file.file));
        for (const std::string& line : file.lines) text += fmt::format("    {}\n", fit_text(escaped(line), kLongest));
    }
    if (!result.error.empty()) text += fmt::format("  the run failed: {}\n", result.error);
    return text;
}

std::string summary_text(const std::vector<TestResult>& results) {
    const auto count = [&](TestResult::Status status) {
        return std::ranges::count(results, status, &TestResult::status);
    };
    std::string text = fmt::format("{} passed", count(TestResult::Status::passed));
    if (const auto updated = count(TestResult::Status::updated); updated > 0)
        text += fmt::format(", {} updated", updated);
    if (const auto failed = count(TestResult::Status::failed); failed > 0) text += fmt::format(", {} failed", failed);
    return text + '\n';
}

std::string document_of(const std::vector<TestResult>& results) {
    using Json = nlohmann::ordered_json;
    Json json{{"tests", Json::array()}};
    for (const TestResult& result : results) {
        Json files = Json::array();
        for (const DifferentFile& file : result.different)
            files.push_back({{"file", file.file}, {"lines", file.lines}});
        json["tests"].push_back({{"name", result.name},
                                 {"status", status_name(result.status)},
                                 {"seconds", result.seconds},
                                 {"different", files},
                                 {"error", result.error.empty() ? Json(nullptr) : Json(result.error)}});
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<std::vector<TestResult>> run_cases(const TestArguments& arguments) {
    TRY_ASSIGN(const auto cases, find_cases(arguments.cases));
    StopFlag stop;
    const StopOnSignals signals(stop);
    std::vector<TestResult> results;
    for (const auto& folder : cases) {
        TRY_ASSIGN(TestResult result, run_case(folder, arguments.options, stop));
        const bool says = result.status != TestResult::Status::passed || !arguments.quiet;
        if (!arguments.json && says) TRY(write_to_stdout(result_text(result)));
        results.push_back(std::move(result));
    }
    return results;
}

int test(const TestArguments& arguments) {
    const auto results = run_cases(arguments);
    if (!results) return conclude_command("test", results.error());
    const bool failed = std::ranges::find(*results, TestResult::Status::failed, &TestResult::status) != results->end();
    std::string text;
    if (arguments.json)
        text = document_of(*results);
    else if (failed || !arguments.quiet)
        text = summary_text(*results);
    const int code = conclude_command("test", text);
    return failed ? kDifference : code;
}

}  // namespace

Command add_test_command(CLI::App& app) {
    auto arguments = std::make_shared<TestArguments>();
    CLI::App* command = app.add_subcommand("test", "Run the tests of a pipeline: inputs with expected outputs");
    command->footer(kExamples);
    command->add_option("CASE", arguments->cases, "Folders in tests/pipelines/, or paths [all]")->type_name("");
    add_value_option(*command, "--config", arguments->options.config.path, parse_path,
                     "The config of tests without pipeline.yaml [config/config.yaml, else config/config.json]")
        ->type_name("FILE");
    add_config_changes(*command, arguments->options.config);
    command->add_flag("--update", arguments->options.update, "Write what came out to expected/");
    add_format_option(*command, arguments->json);
    command->add_flag("--quiet", arguments->quiet, "Print only what failed or was updated");
    return {.options = command, .run = [arguments](const std::string&) { return test(*arguments); }};
}

}  // namespace sluice
