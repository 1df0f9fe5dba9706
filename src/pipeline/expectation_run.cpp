#include "pipeline/expectation_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/diagnostics.hpp"
#include "pipeline/expectation_report.hpp"
#include "pipeline/rows_at_fault.hpp"

namespace sluice {

namespace {

std::string missing_text(const std::string& column, const std::vector<std::string>& columns) {
    std::vector<std::string_view> names(columns.begin(), columns.end());
    const std::string_view near = nearest_name(column, names);
    return near.empty() ? fmt::format("'{}'", column) : fmt::format("'{}'; did you mean '{}'?", column, near);
}

TimeNotation notation_of(const Expectation& expectation, const DeclaredTypes& types) {
    const auto declared = types.find(expectation.columns.front().value);
    return declared == types.end() ? TimeNotation{} : declared->second.notation;
}

}  // namespace

ExpectationRun::ExpectationRun(const ExpectationPlan& plan, WallTime now)
    : plan_(plan),
      now_(now),
      watched_(plan.expectations.size()),
      findings_(plan.expectations.size()),
      found_(plan.expectations.size()) {}

Result<RowRules> ExpectationRun::row_rules(std::size_t source, const DeclaredTypes& types) const {
    RowRules rules;
    for (const PlannedExpectation& planned : plan_.expectations) {
        if (planned.look != Look::quarantine || !plan_.is_of_source(planned, source)) continue;
        TRY_ASSIGN(auto rule, row_rule(planned.expectation, notation_of(planned.expectation, types)));
        rules.push_back(std::move(rule));
    }
    return rules;
}

Result<> ExpectationRun::watch_sources(std::vector<std::unique_ptr<ScannableSource>>& sources) {
    for (std::size_t index = 0; index < sources.size(); ++index) TRY(watch_source(index, sources[index]));
    return {};
}

Result<> ExpectationRun::watch_source(std::size_t index, std::unique_ptr<ScannableSource>& source) {
    std::vector<SourceChecks::Check> checks;
    std::vector<std::size_t> expectations;
    for (std::size_t at = 0; at < plan_.expectations.size(); ++at) {
        const PlannedExpectation& planned = plan_.expectations[at];
        if (planned.look != Look::scan || !plan_.is_of_source(planned, index)) continue;
        TRY_ASSIGN(ValueCheck check,
                   ValueCheck::of(planned.expectation, notation_of(planned.expectation, source->types())));
        checks.push_back({planned.expectation.columns.front().value, std::move(check)});
        expectations.push_back(at);
    }
    if (checks.empty()) return {};
    SourceChecks& watched = checks_.emplace_back(std::move(checks));
    for (std::size_t check = 0; check < expectations.size(); ++check) watched_[expectations[check]] = {&watched, check};
    source = checked_source(std::move(source), watched);
    return {};
}

Result<std::unique_ptr<RowStream>> ExpectationRun::watch_rows(std::size_t output, std::unique_ptr<RowStream> rows) {
    std::vector<RowWatch> watches;
    for (std::size_t at = 0; at < plan_.expectations.size(); ++at) {
        const PlannedExpectation& planned = plan_.expectations[at];
        if (planned.output != output || !is_tallied(planned.expectation)) continue;
        findings_[at] = {};
        watches.push_back({&planned.expectation, &findings_[at]});
    }
    if (watches.empty()) return rows;
    return watched_rows(std::move(rows), watches);
}

const ReadSource& ExpectationRun::source_of(const PlannedExpectation& planned,
                                            const std::vector<ReadSource>& sources) const {
    return sources[std::get<ScanNode>(plan_.plan.relations[planned.on].node).source];
}

bool ExpectationRun::is_seen_while_read(const PlannedExpectation& planned) const {
    return planned.look == Look::scan || planned.look == Look::quarantine ||
           (planned.look == Look::counts && plan_.is_source(planned));
}

Result<std::vector<FoundCheck>> ExpectationRun::report_sources(const std::vector<ReadSource>& sources) {
    std::vector<FoundCheck> reports;
    for (std::size_t at = 0; at < plan_.expectations.size(); ++at) {
        const PlannedExpectation& planned = plan_.expectations[at];
        if (!is_seen_while_read(planned)) continue;
        const ReadSource& read = source_of(planned, sources);
        CheckFinding finding{.rows = read.summary->rows, .count = read.summary->rows};
        if (planned.look == Look::scan) {
            TRY_ASSIGN(finding, find_in_scan(at, read));
        }
        if (planned.look == Look::quarantine) {
            TRY_ASSIGN(finding, find_in_quarantine(planned, read));
        }
        reports.push_back({&planned, check_report(plan_, planned, std::move(finding), now_)});
    }
    return reports;
}

Result<CheckFinding> ExpectationRun::find_in_scan(std::size_t index, const ReadSource& read) const {
    const std::string& column = plan_.expectations[index].expectation.columns.front().value;
    const ValueTally& tally = watched_[index].checks->tallies()[watched_[index].check];
    CheckFinding finding{.rows = tally.rows, .failing = tally.failing, .latest_seconds = tally.latest_seconds};
    if (tally.rows > 0 && read.summary->find(column) == nullptr) {
        std::vector<std::string> columns;
        for (const ColumnSummary& known : read.summary->columns) columns.push_back(known.name);
        finding.missing_column = missing_text(column, columns);
        return finding;
    }
    const auto places = read.source->places();
    for (const FailingValue& failing : tally.first) {
        TRY_ASSIGN(const Place place, places->place(failing.row));
        finding.examples.push_back({.place = place.text(), .value = failing.value});
    }
    return finding;
}

Result<CheckFinding> ExpectationRun::find_in_quarantine(const PlannedExpectation& planned,
                                                        const ReadSource& read) const {
    CheckFinding finding{.rows = read.summary->rows_read};
    const std::string title = planned.expectation.title() + ':';
    std::vector<Ordinal> rows;
    TRY(read.bad_rows->for_each([&](const KeptRow& row) -> Result<> {
        if (row.code != "failed_expectation" || !row.message.starts_with(title)) return {};
        ++finding.failing;
        if (rows.size() < kExamples) {
            rows.push_back(row.ordinal);
            finding.examples.push_back({.place = {}, .value = std::string(row.message.substr(title.size() + 1))});
        }
        return {};
    }));
    const auto places = read.source->places();
    for (std::size_t index = 0; index < rows.size(); ++index) {
        TRY_ASSIGN(const Place place, places->place(rows[index]));
        finding.examples[index].place = place.text();
    }
    return finding;
}

CheckFinding ExpectationRun::find_in_rows(std::size_t index) const {
    const RowFinding& found = findings_[index];
    CheckFinding finding{
        .rows = found.tally.rows, .failing = found.tally.failing, .latest_seconds = found.tally.latest_seconds};
    if (found.is_missing)
        finding.missing_column =
            missing_text(plan_.expectations[index].expectation.columns.front().value, found.columns);
    for (const FailingValue& failing : found.tally.first)
        finding.examples.push_back({.place = {}, .value = fmt::format("row {}: {}", failing.row + 1, failing.value)});
    return finding;
}

std::uint64_t ExpectationRun::rows_of(const PlannedExpectation& planned, const RunReport& report) const {
    const std::string& name = plan_.plan.relations[planned.on].name;
    if (const auto source = std::ranges::find(report.sources, name, &SourceReport::name);
        source != report.sources.end())
        return source->rows;
    const auto step = std::ranges::find(report.steps, name, &StepCounts::step);
    return step == report.steps.end() ? 0 : step->rows_out;
}

// An output may be for several expectations of values.
Result<> ExpectationRun::look_at_rest(const PhysicalPlan& physical, Computation& computation,
                                      const std::vector<ReadSource>& sources) {
    for (std::size_t output = plan_.own_outputs; output < plan_.plan.outputs.size(); ++output) {
        std::optional<std::size_t> of_rows;
        bool is_wanted = false;
        for (std::size_t at = 0; at < plan_.expectations.size(); ++at) {
            if (plan_.expectations[at].output != output) continue;
            const Look look = plan_.expectations[at].look;
            is_wanted = is_wanted || look != Look::counts || !plan_.is_source(plan_.expectations[at]);
            if (look != Look::counts && !is_tallied(plan_.expectations[at].expectation)) of_rows = at;
        }
        if (!is_wanted) continue;
        TRY_ASSIGN(auto rows, computation.rows(physical.outputs[output]));
        if (!of_rows) {
            TRY(read_to_end(*rows));
            continue;
        }
        const PlannedExpectation& planned = plan_.expectations[*of_rows];
        const ReadSource* source = plan_.is_source(planned) ? &source_of(planned, sources) : nullptr;
        TRY_ASSIGN(found_[*of_rows], find_rows_at_fault(planned, *rows, source));
    }
    return {};
}

std::vector<FoundCheck> ExpectationRun::report_rest(const RunReport& report) {
    std::vector<FoundCheck> reports;
    for (std::size_t at = 0; at < plan_.expectations.size(); ++at) {
        const PlannedExpectation& planned = plan_.expectations[at];
        if (is_seen_while_read(planned)) continue;
        if (is_tallied(planned.expectation)) {
            found_[at] = find_in_rows(at);
        } else {
            const std::uint64_t rows = rows_of(planned, report);
            found_[at].rows = rows;
            if (planned.look == Look::counts) found_[at].count = rows;
        }
        reports.push_back({&planned, check_report(plan_, planned, std::move(found_[at]), now_)});
    }
    return reports;
}

}  // namespace sluice
