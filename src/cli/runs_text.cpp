#include "cli/runs_text.hpp"

#include <fmt/format.h>

#include "cli/run_summary.hpp"
#include "cli/terminal_text.hpp"
#include "cli/text_table.hpp"
#include "monitoring/number_text.hpp"
#include "monitoring/run_totals.hpp"
#include "monitoring/source_details.hpp"
#include "monitoring/wall_time.hpp"
#include "utils/error_kind.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

double seconds_of(const RunReport& run) { return std::chrono::duration<double>(run.end - run.start).count(); }

std::string status_text(const RunReport& run) {
    std::string text = run.status;
    if (run.dry_run) text += ", dry run";
    if (run.error) text += fmt::format(" ({})", exit_code(*run.error));
    return text;
}

// To the second: that is what one looks for in a list.
std::string second_text(WallTime time) { return wall_time_text(std::chrono::floor<std::chrono::seconds>(time)); }

Json summary_json(const RunReport& run) {
    const RunTotals sums = totals_of(run);
    const bool ended = has_end(run);
    Json json{{"run", run.run},
              {"pipeline", run.pipeline},
              {"config", run.config_path},
              {"environment", run.environment},
              {"params", params_json(run.params)},
              {"status", run.status},
              {"exit_code", ended ? Json(run.error ? exit_code(*run.error) : 0) : Json()},
              {"dry_run", run.dry_run},
              {"start", wall_time_text(run.start)},
              {"end", ended ? Json(wall_time_text(run.end)) : Json()},
              {"seconds", ended ? Json(seconds_of(run)) : Json()},
              {"rows_read", sums.rows_read},
              {"bad_rows", sums.bad_rows},
              {"bytes_read", sums.bytes_read},
              {"rows_written", sums.rows_written},
              {"bytes_written", sums.bytes_written},
              {"peak_memory_bytes", run.peak_memory_bytes},
              {"host", run.process.host},
              {"pid", run.process.pid}};
    json["error"] =
        run.error
            ? Json{{"kind", kind_name(run.error->kind)}, {"code", run.error->code}, {"message", run.error->message}}
            : Json();
    return json;
}

std::string document(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

std::string stages_table(const RunReport& run) {
    TextTable table({{"stage"},
                     {"begun"},
                     {"time", Align::right},
                     {"cpu", Align::right},
                     {"rows", Align::right},
                     {"bytes", Align::right},
                     {"retries", Align::right},
                     {"waited", Align::right},
                     {"memory", Align::right}});
    for (const StageReport& stage : run.stages)
        table.add({stage.name, wall_time_text(stage.start), seconds_text(stage.seconds),
                   stage.cpu_seconds > 0 ? seconds_text(stage.cpu_seconds) : "",
                   stage.rows > 0 ? count_text(stage.rows) : "", stage.bytes > 0 ? bytes_text(stage.bytes) : "",
                   stage.retries > 0 ? count_text(stage.retries) : "",
                   stage.waiting_seconds > 0 ? seconds_text(stage.waiting_seconds) : "",
                   stage.peak_memory_bytes > 0 ? bytes_text(stage.peak_memory_bytes) : ""});
    return table.text();
}

std::string end_text(const RunReport& run) {
    if (run.status == "crashed") return "not recorded: it died before";
    if (!has_end(run)) return "";
    return fmt::format("{}, after {}", wall_time_text(run.end), seconds_text(seconds_of(run)));
}

std::string facts(const RunReport& run) {
    std::string text;
    const auto add = [&text](std::string_view name, const std::string& value) {
        if (!value.empty()) text += fmt::format("{:<12}{}\n", name, printable(value));
    };
    add("run", run.run);
    add("status", status_text(run));
    add("pipeline", run.pipeline);
    add("config",
        run.config_path.empty() ? "" : fmt::format("{} ({})", run.config_path, run.config_hash.substr(0, 12)));
    add("environment", run.environment);
    for (const auto& [name, value] : run.params) add("param", name + '=' + value);
    add("replay of", run.replay_of);
    add("command", run.command);
    add("begun", wall_time_text(run.start));
    add("ended", end_text(run));
    if (!run.process.host.empty()) add("process", fmt::format("{} on {}", run.process.pid, run.process.host));
    if (run.peak_memory_bytes > 0) add("memory", "at most " + bytes_text(run.peak_memory_bytes));
    return text;
}

}  // namespace

std::string runs_table(const std::vector<RunReport>& runs) {
    constexpr std::size_t kLongestError = 80;
    TextTable table({{"run"},
                     {"pipeline"},
                     {"status"},
                     {"begun"},
                     {"time", Align::right},
                     {"rows read", Align::right},
                     {"bad", Align::right},
                     {"written", Align::right},
                     {"error"}});
    for (const RunReport& run : runs) {
        const RunTotals sums = totals_of(run);
        table.add({run.run, printable(run.pipeline), status_text(run), second_text(run.start),
                   has_end(run) ? seconds_text(seconds_of(run)) : "",
                   run.sources.empty() ? "" : count_text(sums.rows_read),
                   sums.bad_rows > 0 ? count_text(sums.bad_rows) : "",
                   run.outputs.empty() ? "" : bytes_text(sums.bytes_written),
                   run.error ? fit_text(printable(run.error->message), kLongestError) : ""});
    }
    return table.text();
}

std::string runs_document(const std::vector<RunReport>& runs) {
    Json list = Json::array();
    for (const RunReport& run : runs) list.push_back(summary_json(run));
    return document({{"runs", std::move(list)}});
}

std::string run_text(const RunReport& run) {
    std::string text = facts(run);
    for (const std::string& table : {stages_table(run), report_tables(run)})
        if (!table.empty()) text += '\n' + table;
    const std::string closing = run_warnings(run) + (run.error ? run_failure(run) : "");
    if (!closing.empty()) text += '\n' + closing;
    return text;
}

std::string pruned_text(const std::vector<PrunedRun>& runs, bool dry_run) {
    TextTable table({{"run"}, {"pipeline"}, {"begun"}, {"rejected rows"}});
    for (const PrunedRun& run : runs)
        table.add({run.run, printable(run.pipeline), second_text(run.start), run.has_quarantine ? "yes" : ""});
    return table.text() + fmt::format("{} run{} {}\n", count_text(runs.size()), runs.size() == 1 ? "" : "s",
                                      dry_run ? "would be removed" : "removed");
}

std::string swept_text(const std::vector<SweptBucket>& buckets, bool dry_run) {
    std::string text;
    for (const auto& [address, left] : buckets) {
        for (const std::string& file : left.uploads)
            text += fmt::format("{}: an open upload of {} {}\n", printable(address), printable(file),
                                dry_run ? "would be aborted" : "was aborted");
        for (const std::string& file : left.files)
            text += fmt::format("{}: {}, which the config no longer names, {}\n", printable(address), printable(file),
                                dry_run ? "would be removed" : "was removed");
        if (left.uploads.empty() && left.files.empty())
            text += fmt::format("{}: nothing is left of outputs that the config no longer names\n", printable(address));
    }
    return text.empty() ? std::string("no bucket is among the destinations that are on\n") : text;
}

std::string pruned_document(const std::vector<PrunedRun>& runs, const std::vector<SweptBucket>& buckets, bool dry_run) {
    Json list = Json::array();
    for (const PrunedRun& run : runs)
        list.push_back({{"run", run.run},
                        {"pipeline", run.pipeline},
                        {"start", wall_time_text(run.start)},
                        {"rejected_rows", run.has_quarantine}});
    Json swept = Json::array();
    for (const auto& [address, left] : buckets)
        swept.push_back({{"address", address}, {"uploads", left.uploads}, {"files", left.files}});
    return document({{"dry_run", dry_run}, {"removed", std::move(list)}, {"swept", std::move(swept)}});
}

}  // namespace sluice
