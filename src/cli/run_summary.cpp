#include "cli/run_summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>
#include <vector>

#include "cli/terminal_text.hpp"
#include "cli/text_table.hpp"
#include "config/characters.hpp"
#include "monitoring/number_text.hpp"

namespace sluice {
namespace {

std::string headline(const RunReport& report) {
    const std::chrono::duration<double> elapsed = report.end - report.start;
    std::string line = fmt::format("{}: {} in {}", printable(report.pipeline), report.dry_run ? "checked" : "done",
                                   seconds_text(elapsed.count()));
    if (report.peak_memory_bytes > 0)
        line += fmt::format(", at most {} of memory", bytes_text(report.peak_memory_bytes));
    if (report.dry_run) line += "; a dry run publishes nothing";
    return line + '\n';
}

std::string sources_table(const RunReport& report) {
    TextTable table({{"source"},
                     {"rows", Align::right},
                     {"bad", Align::right},
                     {"bytes", Align::right},
                     {"time", Align::right},
                     {"rate", Align::right}});
    for (const SourceReport& source : report.sources) {
        table.add({printable(source.name), count_text(source.rows),
                   source.bad_rows == 0 ? "" : count_text(source.bad_rows), bytes_text(source.bytes),
                   seconds_text(source.seconds), rate_text(source.bytes, source.seconds)});
    }
    return table.text();
}

// A join makes a row of every pair that matches: fan-out are the pairs beyond the first of each left row.
std::string join_balance(const StepCounts& step) {
    std::vector<std::string> unmatched;
    if (step.unmatched_left > 0) unmatched.push_back(count_text(step.unmatched_left) + " left");
    if (step.unmatched_right > 0) unmatched.push_back(count_text(step.unmatched_right) + " right");
    std::string text = fmt::format("{} and {} in, {} out", count_text(step.rows_in[0]), count_text(step.rows_in[1]),
                                   count_text(step.rows_out));
    if (!unmatched.empty()) text += fmt::format("; unmatched: {}", fmt::join(unmatched, ", "));
    if (step.fan_out > 0) text += fmt::format("; fan-out: {}", count_text(step.fan_out));
    return text;
}

// Where the rows of a step went: "1,000 in = 900 out + 100 left out". Rows that neither went out nor were left out are
// folded into those that did (groups).
std::string balance(const StepCounts& step) {
    if (step.rows_in.size() == 2) return join_balance(step);
    const std::uint64_t in = std::accumulate(step.rows_in.begin(), step.rows_in.end(), std::uint64_t{0});
    const std::uint64_t accounted = step.rows_out + step.filtered + step.deduplicated;
    std::string text = fmt::format("{} in = {} out", count_text(in), count_text(step.rows_out));
    if (step.filtered > 0) text += fmt::format(" + {} left out", count_text(step.filtered));
    if (step.deduplicated > 0) text += fmt::format(" + {} deduplicated", count_text(step.deduplicated));
    if (step.fan_out > 0) text += fmt::format("; fan-out: {}", count_text(step.fan_out));
    if (in > accounted) text += fmt::format(" + {} grouped", count_text(in - accounted));
    return text;
}

std::string steps_table(const RunReport& report) {
    TextTable table({{"step"}, {"rows"}, {"time", Align::right}});
    for (const StepCounts& step : report.steps) {
        table.add({printable(step.step), balance(step), step.seconds >= 0.0001 ? seconds_text(step.seconds) : ""});
    }
    return table.text();
}

std::string outputs_table(const RunReport& report) {
    TextTable table({{"output"},
                     {"rows", Align::right},
                     {"bytes", Align::right},
                     {"time", Align::right},
                     {"rate", Align::right},
                     {"by"}});
    for (const OutputReport& output : report.outputs) {
        table.add({printable(output.file), count_text(output.rows), bytes_text(output.bytes),
                   seconds_text(output.seconds), rate_text(output.bytes, output.seconds), output.how});
    }
    return table.text();
}

// Those that are met in a word, all others with what was found.
std::string checks_table(const RunReport& report) {
    TextTable table({{"expectation"}, {"of"}, {"found"}});
    for (const CheckReport& check : report.checks)
        table.add({printable(check.check), printable(check.on),
                   check.met ? "met" : fmt::format("{}: {}", check.severity, printable(check.found))});
    return table.text();
}

std::string destinations_table(const RunReport& report) {
    TextTable table({{"destination"}, {"address"}, {"state"}});
    for (const DestinationReport& destination : report.destinations) {
        const std::string state = !destination.on         ? "off: " + printable(destination.off_reason)
                                  : destination.published ? "published"
                                                          : "nothing published";
        table.add({printable(destination.name), printable(destination.address), state});
    }
    return table.text();
}

std::string alert_lines(const RunReport& report) {
    std::string text;
    for (const AlertReport& alert : report.alerts) {
        std::vector<std::string> parts;
        if (!alert.on) parts.push_back("off: " + printable(alert.off_reason));
        if (alert.sent > 0) parts.push_back(fmt::format("{} sent", alert.sent));
        if (alert.kept > 0) parts.push_back(fmt::format("{} kept for the next run", alert.kept));
        if (!parts.empty()) text += fmt::format("alert '{}': {}\n", printable(alert.name), fmt::join(parts, ", "));
    }
    return text;
}

void add_lines(std::string& text, std::string_view lines) {
    text += showable_lines(lines);
    if (!lines.empty() && lines.back() != '\n') text += '\n';
}

}  // namespace

std::string report_tables(const RunReport& report) {
    std::string text;
    for (const std::string& table : {sources_table(report), steps_table(report), checks_table(report),
                                     outputs_table(report), destinations_table(report)}) {
        if (!table.empty()) text += (text.empty() ? "" : "\n") + table;
    }
    return text;
}

std::string run_summary(const RunReport& report) {
    std::string text = headline(report);
    for (const std::string& note : report.memory_notes) text += note + '\n';
    const std::string tables = report_tables(report);
    const std::string alerts = alert_lines(report);
    return text + (tables.empty() ? "" : '\n' + tables) + (alerts.empty() ? "" : '\n' + alerts);
}

std::string run_warnings(const RunReport& report) {
    std::string text;
    for (const std::string& warning : report.warnings) add_lines(text, "warning: " + warning);
    return text;
}

std::string run_failure(const RunReport& report) {
    std::string text;
    if (report.failure.empty() && report.error) add_lines(text, report.error->message);
    for (const std::string& line : report.failure) add_lines(text, line);
    return text;
}

}  // namespace sluice
