// `sluice run`: runs a pipeline, shows its progress, says how it ended.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/progress_display.hpp"
#include "monitoring/run_log.hpp"
#include "pipeline/run.hpp"

namespace sluice {

struct RunArguments {
    RunOptions options;
    std::optional<ProgressStyle> progress;  // nothing: what fits the terminal
    bool json = false;                      // the report as JSON on stdout
    bool quiet = false;
    bool force = false;                   // of a range of days, also those that are done
    std::optional<LogFormat> log_format;  // nothing: text
    std::optional<std::filesystem::path> log_file;
    bool verbose = false;  // the log on stderr, instead of progress and messages
};

[[nodiscard]] ProgressStyle progress_style(const RunArguments& arguments);

// Adds the command's options; parsing fills `arguments`, which must outlive `app`.
CLI::App* add_run_options(CLI::App& app, RunArguments& arguments);
// The options of a command that runs a pipeline once: all of `sluice run`.
void add_run_settings(CLI::App& command, RunArguments& arguments);
// Runs and says how it ended; gives the exit code.
[[nodiscard]] int run_and_conclude(RunArguments& arguments, const std::string& typed);
[[nodiscard]] Command add_run_command(CLI::App& app);

}  // namespace sluice
