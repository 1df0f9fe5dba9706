#include "alerting/findings.hpp"

#include <algorithm>
#include <csignal>

namespace sluice {
namespace {

void add_quality(const RunReport& report, std::vector<Finding>& findings) {
    for (const CheckReport& check : report.checks) {
        if (check.met) continue;
        findings.push_back({.event = AlertEvent::quality,
                            .severity = check.severity == "fail" ? AlertSeverity::error : AlertSeverity::warning,
                            .key = "quality:" + check.on + ":" + check.check});
    }
}

void add_of_sources(const RunReport& report, std::vector<Finding>& findings) {
    for (const SourceReport& source : report.sources)
        if (source.bad_rows > 0)
            findings.push_back({.event = AlertEvent::quarantine,
                                .severity = AlertSeverity::warning,
                                .key = "quarantine:" + source.name});
}

bool was_stopped_at_keyboard(const RunReport& report) {
    return report.error && report.error->kind == ErrorKind::interrupted && report.error->signal == SIGINT;
}

}  // namespace

bool is_slow(const RunReport& report, const RunPast& past, const SlowRule& slow) {
    const auto usual = usual_duration(past);
    if (!usual || report.status != "done" || !report.replay_of.empty()) return false;
    const std::chrono::duration<double> taken = report.end - report.start;
    return taken > *usual * (1.0 + static_cast<double>(slow.percent) / 100.0) && taken > *usual + slow.least;
}

std::vector<Finding> findings_of(const RunReport& report, const RunPast& past, const std::vector<RunReport>& crashed,
                                 const SlowRule& slow) {
    std::vector<Finding> findings;
    if (was_stopped_at_keyboard(report)) return findings;
    if (report.error)
        findings.push_back(
            {.event = AlertEvent::failure, .severity = AlertSeverity::error, .key = "failure:" + report.error->code});
    for (const RunReport& run : crashed)
        findings.push_back(
            {.event = AlertEvent::failure, .severity = AlertSeverity::error, .key = "crashed:" + run.run});
    add_quality(report, findings);
    add_of_sources(report, findings);
    if (is_slow(report, past, slow))
        findings.push_back({.event = AlertEvent::slow, .severity = AlertSeverity::warning, .key = "slow"});
    for (const SourceReport& source : report.sources)
        if (!source.drift.empty())
            findings.push_back(
                {.event = AlertEvent::drift, .severity = AlertSeverity::warning, .key = "drift:" + source.name});
    return findings;
}

}  // namespace sluice
