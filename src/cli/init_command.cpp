#include "cli/init_command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "cli/conclusion.hpp"
#include "cli/option_values.hpp"
#include "cli/run_options.hpp"
#include "cli/signals.hpp"
#include "cli/terminal_text.hpp"
#include "monitoring/number_text.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/config_proposal.hpp"
#include "pipeline/registry.hpp"
#include "utils/json.hpp"
#include "utils/new_file.hpp"
#include "utils/shell_words.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice init                        writes config/config.yaml for the data files here\n"
    "  sluice init logs/ && cd logs && sluice run\n"
    "  sluice init logs/ --output try.yaml && sluice run try.yaml --chdir logs/\n"
    "\n"
    "It reads every .csv, .tsv, .jsonl and .ndjson file of the folder to its end: columns whose values are all times\n"
    "get a type, a column that two files share and whose values overlap becomes a join, columns of few values become "
    "reports. It\n"
    "overwrites nothing.";

struct InitArguments {
    fs::path folder = ".";
    std::optional<fs::path> output;
    bool json = false;
};

fs::path output_path(const InitArguments& arguments) {
    return arguments.output ? *arguments.output : (arguments.folder / "config" / "config.yaml").lexically_normal();
}

Result<> check_that_it_is_free(const InitArguments& arguments) {
    std::vector<fs::path> taken{output_path(arguments)};
    // Beside it, `sluice run` would not know which one is meant.
    if (!arguments.output) taken.push_back((arguments.folder / "config" / "config.json").lexically_normal());
    for (const fs::path& path : taken) {
        std::error_code ignored;
        if (fs::symlink_status(path, ignored).type() != fs::file_type::not_found)
            return config_error("config_exists",
                                fmt::format("{} is there already, and init overwrites nothing; --output PATH "
                                            "writes elsewhere",
                                            path.string()));
    }
    return {};
}

// A folder that is not there yet: nothing of another pipeline is in it.
std::string free_destination(const fs::path& folder) {
    std::string name = "reports";
    std::error_code ignored;
    for (int number = 2; fs::exists(folder / name, ignored); ++number) name = fmt::format("reports_{}", number);
    return name;
}

// By the loader that `run` uses.
Result<> check_config(const fs::path& path) {
    ConfigRequest request;
    request.path = path;
    auto config = load_config(request, config_schemas());
    if (config) {
        if (const auto assembled = assemble(*config, {})) return {};
    }
    return internal_error(fmt::format("init wrote a config that has faults; please report it:\n{}",
                                      config ? "it does not assemble" : config.error().message));
}

std::string next_command(const InitArguments& arguments) {
    const std::string folder = arguments.folder.lexically_normal().string();
    if (arguments.output) {
        const std::string run = "sluice run " + shell_word(arguments.output->string());
        return folder == "." ? run : run + " --chdir " + shell_word(folder);
    }
    return folder == "." ? "sluice run" : fmt::format("cd {} && sluice run", shell_word(folder));
}

struct Found {
    FolderSurvey survey;
    ConfigProposal proposal;
};

std::vector<std::string> time_columns(const SurveyedSource& source) {
    std::vector<std::string> names;
    for (const SurveyedColumn& column : source.columns)
        if (column.profile.all_times()) names.push_back(column.profile.column().name);
    return names;
}

std::string text_of(const Found& found, const InitArguments& arguments) {
    std::string text = fmt::format("{}: written\n", printable(output_path(arguments).string()));
    for (const SurveyedSource& source : found.survey.sources) {
        const auto times = time_columns(source);
        text += fmt::format("  source {}: {} rows of {} file{}{}\n", source.name, count_text(source.rows),
                            source.files.size(), source.files.size() == 1 ? "" : "s",
                            times.empty() ? "" : printable(fmt::format("; times: {}", fmt::join(times, ", "))));
    }
    for (const ProposedJoin& join : found.proposal.joins)
        text += fmt::format("  join {} with {} on {}\n", join.left->name, join.right->name, printable(join.key));
    for (const ProposedReport& report : found.proposal.reports)
        text += fmt::format("  report of {} by {}{}\n", report.source->name, printable(report.key),
                            report.measure.empty() ? "" : ", with the mean of " + report.measure);
    for (const LeftOutFile& file : found.survey.left_out)
        text += fmt::format("  left out {}: {}\n", printable(file.file), printable(file.reason));
    return text + fmt::format("next: {}\n", next_command(arguments));
}

std::string document_of(const Found& found, const InitArguments& arguments) {
    using Json = nlohmann::ordered_json;
    Json json{{"config", output_path(arguments).string()},
              {"next", next_command(arguments)},
              {"sources", Json::array()},
              {"joins", Json::array()},
              {"reports", Json::array()},
              {"left_out", Json::array()}};
    for (const SurveyedSource& source : found.survey.sources)
        json["sources"].push_back({{"name", source.name},
                                   {"files", source.files},
                                   {"rows", source.rows},
                                   {"bytes", source.bytes},
                                   {"times", time_columns(source)}});
    for (const ProposedJoin& join : found.proposal.joins)
        json["joins"].push_back(
            {{"left", join.left->name}, {"right", join.right->name}, {"key", join.key}, {"overlap", join.overlap}});
    for (const ProposedReport& report : found.proposal.reports)
        json["reports"].push_back({{"source", report.source->name},
                                   {"key", report.key},
                                   {"measure", report.measure.empty() ? Json(nullptr) : Json(report.measure)}});
    for (const LeftOutFile& file : found.survey.left_out)
        json["left_out"].push_back({{"file", file.file}, {"reason", file.reason}});
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<std::string> init(const InitArguments& arguments) {
    TRY(check_that_it_is_free(arguments));
    StopFlag stop;
    const StopOnSignals signals(stop);
    const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    Found found;
    TRY_ASSIGN(found.survey, survey_folder(arguments.folder, threads, stop));
    std::error_code ignored;
    const fs::path absolute = fs::absolute(arguments.folder / ".", ignored).lexically_normal().parent_path();
    found.proposal = propose_config(found.survey, plain_name(absolute.filename().string(), "pipeline"),
                                    free_destination(arguments.folder));
    const fs::path path = output_path(arguments);
    TRY(write_new_file(path, config_text(found.survey, found.proposal), 0644));
    TRY(check_config(path));
    return arguments.json ? document_of(found, arguments) : text_of(found, arguments);
}

}  // namespace

Command add_init_command(CLI::App& app) {
    auto arguments = std::make_shared<InitArguments>();
    CLI::App* command = app.add_subcommand("init", "Write a config for the data files of a folder");
    command->footer(kExamples);
    add_value_option(*command, "FOLDER", arguments->folder, parse_path, "The folder with the data files [.]")
        ->type_name("");
    add_value_option(*command, "--output", arguments->output, parse_path,
                     "Where to write the config [config/config.yaml in FOLDER]")
        ->type_name("FILE");
    add_format_option(*command, arguments->json);
    return {.options = command,
            .run = [arguments](const std::string&) { return conclude_command("init", init(*arguments)); }};
}

}  // namespace sluice
