#include "cli/report_command.hpp"

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <optional>

#include "cli/conclusion.hpp"
#include "cli/config_options.hpp"
#include "cli/ledger_access.hpp"
#include "cli/option_values.hpp"
#include "cli/terminal_text.hpp"
#include "cli/version.hpp"
#include "monitoring/page/page_template.hpp"
#include "monitoring/page/report_page.hpp"
#include "pipeline/quarantine_examples.hpp"
#include "pipeline/run_settings.hpp"
#include "pipeline/state_folder.hpp"
#include "rows/timestamp.hpp"
#include "utils/new_file.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice report                                  the last run, as report-RUN.html\n"
    "  sluice report 20261128T0300 --to last.html     the beginning of its id is enough\n"
    "  sluice report last etl.yaml --chdir /data      the last run of one pipeline\n"
    "  sluice report --language id --timezone Asia/Jakarta\n"
    "\n"
    "The file opens in any browser and loads nothing. Rows in it are masked unless --show-values is given.\n"
    "\n"
    "Exit codes: 0 done, 2 mend the command or the config, 4 the ledger cannot be read or FILE not be written.";

constexpr std::string_view kLast = "last";
constexpr std::size_t kMostRejected = 5;

struct ReportArguments {
    RunOptions options;
    std::string run{kLast};
    std::optional<fs::path> file;
    std::optional<std::string> language;
    std::optional<std::string> time_zone;
    std::uint64_t earlier = 20;
    bool show_values = false;
};

Result<std::string> parse_language(std::string_view text) { return parse_choice(text, {"en", "id"}); }

Result<std::string> parse_time_zone(std::string_view text) {
    const std::string name(text);
    if (TimeZone::named(name)) return name;
    return config_error("usage", fmt::format("'{}' is no time zone; write an IANA name, such as Asia/Jakarta", text));
}

Result<RunReport> last_run(const Ledger& ledger, const RunOptions& options, const fs::path& state) {
    TRY_ASSIGN(const std::string pipeline, pipeline_of(options));
    TRY_ASSIGN(auto runs, ledger.runs({.pipeline = pipeline, .most = 1}));
    if (!runs.empty()) return std::move(runs.front());
    return config_error("no_such_run",
                        fmt::format("'{}' has no run{}", (state / "ledger.db").lexically_normal().string(),
                                    pipeline.empty() ? "" : fmt::format(" of pipeline '{}'", pipeline)));
}

// Those that did the whole work: no dry runs, and no replays, whose time and rows are those of two runs.
Result<std::vector<RunReport>> earlier_runs(const Ledger& ledger, const RunReport& run, std::uint64_t most) {
    TRY_ASSIGN(const auto good, ledger.runs({.pipeline = run.pipeline, .status = "done", .parts = false}));
    std::vector<RunReport> earlier;
    for (const RunReport& one : good) {
        if (earlier.size() == most) break;
        if (one.start >= run.start || one.run == run.run || one.dry_run || !one.replay_of.empty()) continue;
        TRY_ASSIGN(RunReport whole, ledger.run(one.run));
        earlier.push_back(std::move(whole));
    }
    return earlier;
}

// What is there and was not made by us stays.
Result<> check_replaceable(const fs::path& path) {
    std::error_code absent;
    if (!fs::exists(path, absent)) return {};
    std::string head(512, '\0');
    if (fs::is_regular_file(path, absent)) {
        std::ifstream file(path, std::ios::binary);
        file.read(head.data(), static_cast<std::streamsize>(head.size()));
        if (head.find(kPageMark) != std::string::npos) return {};
    }
    return config_error(
        "usage", fmt::format("'{}' is there and is no report of Sluice; --to names another file", path.string()));
}

// As the config has it; a run can be looked at when its config is gone, too.
Wording wording_of(const ReportArguments& arguments) {
    const auto config = load_run_config(arguments.options);
    const Wording wording = config ? config->wording : Wording();
    return {.language = arguments.language.value_or(wording.language),
            .timezone = arguments.time_zone.value_or(wording.timezone)};
}

Result<PageContent> content_of(const ReportArguments& arguments) {
    TRY_ASSIGN(const fs::path state, find_state_folder(arguments.options));
    TRY_ASSIGN(const auto ledger, open_ledger(state));
    if (!ledger) return no_ledger(state);
    const Wording wording = wording_of(arguments);
    PageContent content{.version = std::string(version_number()),
                        .run = {},
                        .earlier = {},
                        .rejected = {},
                        .language = wording.language,
                        .time_zone = wording.timezone,
                        .masked = !arguments.show_values};
    TRY_ASSIGN(content.run,
               arguments.run == kLast ? last_run(*ledger, arguments.options, state) : ledger->run(arguments.run));
    TRY_ASSIGN(content.earlier, earlier_runs(*ledger, content.run, arguments.earlier));
    content.rejected = first_rejected_rows(state, content.run, kMostRejected);
    return content;
}

// What goes to stdout: the page for "-", else the name of its file.
Result<std::string> report(const ReportArguments& arguments) {
    TRY_ASSIGN(PageContent content, content_of(arguments));
    const fs::path path = arguments.file.value_or(fmt::format("report-{}.html", content.run.run));
    std::string page = report_page(std::move(content));
    if (path == "-") return page;
    TRY(check_replaceable(path));
    // Of a page with rows of the data: for its owner alone.
    TRY(replace_file(path, page, arguments.show_values ? 0600 : 0644));
    return printable(path.string()) + '\n';
}

}  // namespace

Command add_report_command(CLI::App& app) {
    auto arguments = std::make_shared<ReportArguments>();
    CLI::App* command = app.add_subcommand("report", "Write one run as an HTML file that opens without a network");
    command->footer(kExamples);
    add_value_option(*command, "RUN", arguments->run, parse_name,
                     "The run's id, or the beginning of it, or last [last]")
        ->type_name("");
    add_config_options(*command, arguments->options.config, arguments->options.base);
    add_value_option(*command, "--to", arguments->file, parse_path,
                     "Where to write it [report-RUN.html in the working directory]; - is stdout")
        ->type_name("FILE");
    add_value_option(*command, "--runs-in", arguments->options.to, parse_path, "Of runs with --to DIR")
        ->type_name("DIR");
    add_value_option(*command, "--language", arguments->language, parse_language,
                     "The language that it opens in; the page can change it [the config's `language`, else en]")
        ->type_name("en|id");
    add_value_option(*command, "--timezone", arguments->time_zone, parse_time_zone,
                     "The zone of the times in it [the config's `timezone`, else UTC]")
        ->type_name("ZONE");
    add_value_option(*command, "--earlier", arguments->earlier, parse_count,
                     "How many good runs before it are compared [20]")
        ->type_name("N");
    command->add_flag("--show-values", arguments->show_values,
                      "Show rejected rows and values of examples as they were read");
    return {.options = command,
            .run = [arguments](const std::string&) { return conclude_command("report", report(*arguments)); }};
}

}  // namespace sluice
