#include "pipeline/expectation_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "monitoring/number_text.hpp"

namespace sluice {

namespace {

std::string rows_text(std::uint64_t rows) { return rows == 1 ? "1 row" : fmt::format("{} rows", count_text(rows)); }

// Of those that count rows at fault.
std::string limit_text(const BadRowLimit& limit) {
    if (limit.millionths) return fmt::format("at most {} of the rows fail", limit.text);
    if (limit.rows == 0) return "no row fails";
    return limit.rows == 1 ? "at most 1 row fails" : fmt::format("at most {} rows fail", count_text(limit.rows));
}

std::string share_text(std::uint64_t part, std::uint64_t all) {
    return fmt::format("{:.3g}%", 100.0 * static_cast<double>(part) / static_cast<double>(all));
}

std::string failing_text(const CheckFinding& finding, std::string_view verb) {
    if (finding.rows == 0) return finding.failing == 0 ? "no rows" : rows_text(finding.failing);
    return fmt::format("{} of {} {} ({})", count_text(finding.failing), rows_text(finding.rows), verb,
                       share_text(finding.failing, finding.rows));
}

bool is_within(const Bounds<std::uint64_t>& bounds, std::uint64_t count) {
    return (!bounds.least || count >= *bounds.least) && (!bounds.most || count <= *bounds.most);
}

// What was found, what was expected, and whether that is so.
void describe(const Expectation& expectation, const CheckFinding& finding, WallTime now, CheckReport& report) {
    report.expected = expectation.requirement();
    switch (expectation.kind) {
        case ExpectationKind::row_count:
            report.met = is_within(expectation.counts, finding.count);
            report.found = rows_text(finding.count);
            return;
        case ExpectationKind::distinct_count:
            report.met = is_within(expectation.counts, finding.count);
            report.found =
                fmt::format("{} different value{}", count_text(finding.count), finding.count == 1 ? "" : "s");
            return;
        case ExpectationKind::freshness: {
            report.found = "no time at all";
            report.met = false;
            if (!finding.latest_seconds) return;
            const WallTime latest{std::chrono::seconds(*finding.latest_seconds)};
            report.met = now - latest <= expectation.max_age;
            report.found = fmt::format("the latest is {}", utc_text(latest));
            return;
        }
        case ExpectationKind::null_rate:
            report.met = expectation.limit.allows(finding.failing, finding.rows);
            report.found = failing_text(finding, finding.failing == 1 ? "is null" : "are null");
            return;
        case ExpectationKind::sql:
            report.met = expectation.limit.allows(finding.failing, finding.rows);
            report.expected = limit_text(expectation.limit);
            report.found = fmt::format("{} at fault", rows_text(finding.failing));
            return;
        default:
            report.met = expectation.limit.allows(finding.failing, finding.rows);
            report.expected = limit_text(expectation.limit);
            report.found = failing_text(finding, finding.failing == 1 ? "fails" : "fail");
    }
}

std::string sentence(const ExpectationPlan& plan, const FoundCheck& check) {
    const CheckReport& report = check.report;
    std::string text =
        fmt::format("{}: {} does not meet {}: {}; expected: {}", check.planned->expectation.location.text(),
                    plan.owner(*check.planned), report.check, report.found, report.expected);
    return text;
}

// With their values, which no ledger keeps.
std::string examples_text(const CheckReport& report) {
    std::string text;
    for (const CheckExample& example : report.examples)
        text += example.place.empty() ? fmt::format("\n    {}", example.value)
                                      : fmt::format("\n    {}: {}", example.place, example.value);
    return text;
}

std::string places_text(const CheckReport& report) {
    std::vector<std::string_view> places;
    for (const CheckExample& example : report.examples)
        if (!example.place.empty()) places.emplace_back(example.place);
    return places.empty() ? std::string() : fmt::format("; first at {}", fmt::join(places, ", "));
}

}  // namespace

CheckReport check_report(const ExpectationPlan& plan, const PlannedExpectation& planned, CheckFinding finding,
                         WallTime now) {
    CheckReport report{.on = plan.plan.relations[planned.on].name,
                       .check = planned.expectation.title(),
                       .severity = std::string(severity_name(planned.severity)),
                       .met = true,
                       .rows = finding.rows,
                       .failing = finding.failing,
                       .expected = {},
                       .found = {},
                       .examples = {}};
    describe(planned.expectation, finding, now, report);
    if (finding.missing_column) {
        report.met = false;
        report.found = fmt::format("no row has a column {}", *finding.missing_column);
    }
    if (!report.met || planned.severity == Severity::quarantine) report.examples = std::move(finding.examples);
    return report;
}

Result<> judge_expectations(const ExpectationPlan& plan, const std::vector<FoundCheck>& checks, RunReport& report,
                            std::string& accept) {
    std::string faults;
    bool may_warn = true;
    for (const FoundCheck& check : checks) {
        report.checks.push_back(check.report);
        if (check.report.met || check.planned->severity == Severity::quarantine) continue;
        if (check.planned->severity == Severity::warn) {
            report.warnings.push_back(sentence(plan, check) + places_text(check.report));
            continue;
        }
        faults +=
            fmt::format("{}{}{}", faults.empty() ? "" : "\n  ", sentence(plan, check), examples_text(check.report));
        may_warn = may_warn && !check.planned->expectation.severity.has_value();
    }
    if (faults.empty()) return {};
    accept = may_warn ? "--set expectations.severity=warn" : "";
    return data_error("expectation", faults);
}

}  // namespace sluice
