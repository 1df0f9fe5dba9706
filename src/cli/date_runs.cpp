#include "cli/date_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/ledger_access.hpp"
#include "cli/run_summary.hpp"
#include "cli/standard_streams.hpp"
#include "cli/terminal_text.hpp"
#include "cli/text_table.hpp"
#include "monitoring/ledger/ledger.hpp"
#include "monitoring/number_text.hpp"
#include "monitoring/report_json.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/partition_files.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/state_folder.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

struct DayResult {
    std::string day;
    std::string state;  // "done", "checked", "failed", "interrupted", "done before", "not run"
    std::string detail;
    std::optional<RunReport> report;
    int code = 0;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

int rank_of(int code) {
    constexpr std::array kWorstLast{0, 4, 5, 3, 2, 1};
    const auto* const known = std::ranges::find(kWorstLast, code);
    return static_cast<int>(known - kWorstLast.begin());  // 128 + signal: beyond all
}

// What a run of one day would publish, and where.
struct DayTarget {
    std::string config_hash;
    std::vector<ParamValue> params;
    std::vector<std::string> addresses;
    std::vector<std::string> files;

    [[nodiscard]] bool same_place(const DayTarget& other) const {
        return addresses == other.addresses && files == other.files;
    }
};

class DateRuns {
public:
    DateRuns(const RunArguments& arguments, const ParamDates& dates, StopFlag& stop)
        : arguments_(arguments), dates_(dates), stop_(stop) {}

    int run();

private:
    [[nodiscard]] RunOptions options_of(const std::string& day) const;
    [[nodiscard]] Result<DayTarget> target_of(const std::string& day) const;
    [[nodiscard]] Result<> check_places() const;
    [[nodiscard]] DayResult run_day(const std::string& day, std::size_t number);
    [[nodiscard]] std::optional<std::string> finished(const DayTarget& target) const;
    [[nodiscard]] std::string table() const;
    [[nodiscard]] std::string closing(int code) const;
    [[nodiscard]] std::string document(int code) const;

    const RunArguments& arguments_;
    const ParamDates& dates_;
    StopFlag& stop_;
    std::vector<RunReport> earlier_;  // the oldest first
    std::vector<DayResult> results_;
};

RunOptions DateRuns::options_of(const std::string& day) const {
    RunOptions options = arguments_.options;
    std::erase_if(options.config.params,
                  [&](const std::string& param) { return param.starts_with(dates_.param + "="); });
    options.config.params.push_back(dates_.param + "=" + day);
    options.config.date_ranges = false;
    return options;
}

Result<DayTarget> DateRuns::target_of(const std::string& day) const {
    const RunOptions options = options_of(day);
    TRY_ASSIGN(const Config config, load_config(options.config, config_schemas()));
    TRY_ASSIGN(const Assembly assembly, assemble(config, {options.only, options.to}));
    DayTarget target{.config_hash = config.hash, .params = config.params, .addresses = {}, .files = {}};
    for (const DestinationReport& destination : assembly.destination_reports)
        if (destination.on) target.addresses.push_back(destination.address);
    for (const LogicalOutput& output : assembly.plan.outputs) target.files.push_back(file_pattern(output));
    return target;
}

// Days that write the same files to the same places would leave only the last one.
Result<> DateRuns::check_places() const {
    if (dates_.days.size() < 2 || arguments_.options.dry_run) return {};
    TRY_ASSIGN(const DayTarget first, target_of(dates_.days.front()));
    TRY_ASSIGN(const DayTarget last, target_of(dates_.days.back()));
    if (!first.same_place(last)) return {};
    return config_error(
        "one_place_for_all_days",
        fmt::format(
            "--param {0}={1}..{2}: every day would write the same files to the same place, so only the last one "
            "would stay; put ${{param.{0}}} into a destination's path or prefix, or into each output's `file`",
            dates_.param, dates_.days.front(), dates_.days.back()));
}

bool has_any(const std::vector<std::string>& all, const std::vector<std::string>& some) {
    return std::ranges::any_of(some, [&](const std::string& one) { return std::ranges::find(all, one) != all.end(); });
}

bool has_all(const std::vector<std::string>& all, const std::vector<std::string>& some) {
    return std::ranges::all_of(some, [&](const std::string& one) { return std::ranges::find(all, one) != all.end(); });
}

std::vector<std::string> published_at(const RunReport& report) {
    std::vector<std::string> addresses;
    for (const DestinationReport& destination : report.destinations)
        if (destination.published) addresses.push_back(destination.address);
    return addresses;
}

std::vector<std::string> files_of(const RunReport& report) {
    std::vector<std::string> files;
    for (const OutputReport& output : report.outputs) files.push_back(output.file);
    return files;
}

bool same_params(const std::vector<std::pair<std::string, std::string>>& then, const std::vector<ParamValue>& now) {
    return then.size() == now.size() && std::ranges::all_of(now, [&](const ParamValue& param) {
               return std::ranges::find(then, std::pair(param.name, param.value)) != then.end();
           });
}

// A ledger that cannot be read only costs time: every day is run again.
std::vector<RunReport> earlier_runs(const RunOptions& options) {
    const auto state = find_state_folder(options);
    const auto ledger = state ? open_ledger(*state) : Result<std::unique_ptr<Ledger>>(state.error());
    auto runs = ledger && *ledger ? (*ledger)->runs({}) : std::vector<RunReport>();
    if (!ledger) write_to_stderr(fmt::format("warning: what ran before is not known: {}\n", ledger.error().message));
    if (!runs) return {};
    std::ranges::reverse(*runs);
    return std::move(*runs);
}

// The run that did this day, if the last one for it is done and its files are still what readers see: nobody has
// published there since with another config or other params.
std::optional<std::string> DateRuns::finished(const DayTarget& target) const {
    std::optional<std::string> run;
    for (const RunReport& earlier : earlier_) {
        if (earlier.dry_run) continue;
        const auto published = published_at(earlier);
        const auto files = files_of(earlier);
        const bool replaces = has_any(published, target.addresses) && has_any(files, target.files);
        const bool same = earlier.config_hash == target.config_hash && same_params(earlier.params, target.params);
        if (!same && !replaces) continue;
        run.reset();
        if (same && earlier.status == "done" && has_all(published, target.addresses) && has_all(files, target.files))
            run = earlier.run;
    }
    return run;
}

DayResult DateRuns::run_day(const std::string& day, std::size_t number) {
    DayResult result{.day = day, .state = {}, .detail = {}, .report = {}, .code = 0};
    if (stop_.stopped()) {
        result.state = "not run";
        return result;
    }
    if (!arguments_.force && !arguments_.options.dry_run) {
        const auto target = target_of(day);
        if (const auto run = target ? finished(*target) : std::nullopt) {
            result.state = "done before";
            result.detail = "run " + *run;
            return result;
        }
    }
    if (progress_style(arguments_) != ProgressStyle::none)
        write_to_stderr(fmt::format("{}={} ({} of {})\n", dates_.param, day, number, dates_.days.size()));
    Progress progress;
    ProgressDisplay display(progress, progress_style(arguments_));
    result.report = run_pipeline(options_of(day), progress, stop_);
    display.end();
    const RunReport& report = *result.report;
    result.code = report.error ? exit_code(*report.error) : 0;
    result.state = report.error ? report.status : report.dry_run ? "checked" : "done";
    const std::chrono::duration<double> elapsed = report.end - report.start;
    result.detail = report.error ? first_line(report.error->message)
                                 : fmt::format("{} output{} in {}", report.outputs.size(),
                                               report.outputs.size() == 1 ? "" : "s", seconds_text(elapsed.count()));
    if (arguments_.verbose) return result;  // the log has said it
    if (!arguments_.json && (result.code != 0 || !arguments_.quiet)) write_to_stderr(run_warnings(report));
    write_to_stderr(run_failure(report));
    return result;
}

std::string DateRuns::table() const {
    TextTable table({{dates_.param}, {"state"}, {""}});
    for (const DayResult& result : results_) table.add({result.day, result.state, printable(result.detail)});
    return table.text();
}

std::string DateRuns::closing(int code) const {
    const auto count = [&](auto has) { return std::ranges::count_if(results_, has); };
    const auto failed = count([](const DayResult& result) { return result.code != 0; });
    const auto left = count([](const DayResult& result) { return result.state == "not run"; });
    std::string text = fmt::format("{} of {} days {}", results_.size() - static_cast<std::size_t>(failed + left),
                                   results_.size(), arguments_.options.dry_run ? "checked" : "done");
    if (failed > 0) text += fmt::format(", {} {}", failed, code > 128 && failed == 1 ? "interrupted" : "failed");
    if (left > 0) text += fmt::format(", {} not run", left);
    text += '\n';
    if (code != 0 && !arguments_.options.dry_run)
        text += fmt::format("next: when that is mended, type again: {}\n  it runs only the days that are left\n",
                            arguments_.options.command);
    return text;
}

std::string DateRuns::document(int code) const {
    Json days = Json::array();
    for (const DayResult& result : results_) {
        Json day{{"day", result.day}, {"state", result.state}, {"exit_code", result.code}};
        day["report"] = result.report ? Json::parse(report_document(*result.report)) : Json();
        if (!result.report && !result.detail.empty()) day["detail"] = result.detail;
        days.push_back(std::move(day));
    }
    const Json json{{"param", dates_.param}, {"exit_code", code}, {"days", std::move(days)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

int DateRuns::run() {
    if (const auto checked = check_places(); !checked) {
        write_to_stderr(checked.error().message + '\n');
        return exit_code(checked.error());
    }
    earlier_ = earlier_runs(arguments_.options);
    for (const std::string& day : dates_.days) results_.push_back(run_day(day, results_.size() + 1));

    const DayResult& worst = *std::ranges::max_element(
        results_, {}, [](const DayResult& result) { return result.code == 0 ? 0 : rank_of(result.code); });
    const int code = worst.code;
    std::string result;
    if (arguments_.json) {
        result = document(code);
    } else if (code != 0 || !arguments_.quiet) {
        result = table();
    }
    const Result<> written = write_to_stdout(result);
    if (code != 0 || (!arguments_.quiet && !arguments_.json)) write_to_stderr(closing(code));
    if (written || code != 0) return code;
    write_to_stderr("sluice run: the days are done, but " + written.error().message + "\n");
    return exit_code(written.error());
}

}  // namespace

int run_dates(const RunArguments& arguments, const ParamDates& dates, StopFlag& stop) {
    return DateRuns(arguments, dates, stop).run();
}

}  // namespace sluice
