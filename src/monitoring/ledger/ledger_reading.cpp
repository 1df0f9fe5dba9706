#include <fmt/format.h>

#include <charconv>

#include "monitoring/ledger/ledger.hpp"
#include "monitoring/source_details.hpp"
#include "monitoring/wall_time.hpp"
#include "utils/error_kind.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::string& text) { return Json::parse(text, nullptr, false); }

WallTime time_of(const std::string& text) { return parse_wall_time(text).value_or(WallTime{}); }

// The columns in the order of the table.
RunReport run_of(const Statement& row) {
    RunReport report;
    report.run = row.text(0);
    report.pipeline = row.text(1);
    report.config_path = row.text(2);
    report.config_hash = row.text(3);
    report.environment = row.text(4);
    report.params = params_of(json_of(row.text(5)));
    report.command = row.text(6);
    report.replay_of = row.text(7);
    report.dry_run = row.integer(8) != 0;
    report.start = time_of(row.text(9));
    report.end = row.is_null(10) ? report.start : time_of(row.text(10));
    report.status = row.text(11);
    if (!row.is_null(13)) {
        report.error = Error{.kind = kind_named(row.text(13)),
                             .code = row.text(14),
                             .message = row.text(15),
                             .retryable = row.integer(16) != 0};
        // exit_code() gives 128 + signal.
        if (report.error->kind == ErrorKind::interrupted)
            report.error->signal = static_cast<int>(row.integer(12)) - 128;
    }
    report.process = {.pid = row.integer(18),
                      .host = row.text(17),
                      .boot = row.text(19),
                      .process_space = row.text(20),
                      .start_ticks = row.count(21)};
    report.peak_memory_bytes = row.count(22);
    if (report.status == "running" && has_ended(report.process)) report.status = "crashed";
    return report;
}

StageReport stage_of(const Statement& row) {
    return {.name = row.text(2),
            .start = time_of(row.text(3)),
            .seconds = row.real(5),
            .cpu_seconds = row.real(6),
            .rows = row.count(7),
            .bytes = row.count(8),
            .retries = row.count(9),
            .peak_memory_bytes = row.count(10),
            .waiting_seconds = row.real(11)};
}

SourceReport source_of(const Statement& row) {
    SourceReport source{.name = row.text(2),
                        .rows_read = row.count(3),
                        .rows = row.count(4),
                        .bad_rows = row.count(5),
                        .mended_rows = row.count(6),
                        .max_bad_rows = row.text(9),
                        .quarantine = row.text(10),
                        .bytes = row.count(7),
                        .seconds = row.real(8)};
    const Json by_code = json_of(row.text(11));
    for (const auto& [code, count] : by_code.items())
        if (count.is_number_unsigned()) source.bad_by_code.emplace(code, count.get<std::uint64_t>());
    source.nulled = nulled_of(json_of(row.text(12)));
    source.drift = drift_of(json_of(row.text(13)));
    return source;
}

StepCounts step_of(const Statement& row) {
    StepCounts step;
    step.step = row.text(2);
    for (const Json& count : json_of(row.text(3)))
        if (count.is_number_unsigned()) step.rows_in.push_back(count.get<std::uint64_t>());
    step.rows_out = row.count(4);
    step.filtered = row.count(5);
    step.unmatched_left = row.count(6);
    step.unmatched_right = row.count(7);
    step.fan_out = row.count(8);
    step.seconds = row.real(9);
    step.deduplicated = row.count(10);
    return step;
}

OutputReport output_of(const Statement& row) {
    OutputReport output{.name = row.text(2),
                        .file = row.text(3),
                        .how = row.text(4),
                        .rows = row.count(5),
                        .bytes = row.count(6),
                        .sha256 = row.text(8),
                        .seconds = row.real(10)};
    if (!row.is_null(7)) {
        const std::string text = row.text(7);
        std::uint64_t checksum = 0;
        std::from_chars(text.data(), text.data() + text.size(), checksum, 16);
        output.crc64nvme = checksum;
    }
    if (!row.is_null(9)) output.partitions = row.count(9);
    return output;
}

CheckReport check_of(const Statement& row) {
    CheckReport check{.on = row.text(2),
                      .check = row.text(3),
                      .severity = row.text(4),
                      .met = row.integer(5) != 0,
                      .rows = row.count(6),
                      .failing = row.count(7),
                      .expected = row.text(8),
                      .found = row.text(9)};
    for (const Json& place : json_of(row.text(10)))
        if (place.is_string()) check.examples.push_back({.place = place.get<std::string>(), .value = {}});
    return check;
}

DestinationReport destination_of(const Statement& row) {
    return {.name = row.text(2),
            .address = row.text(3),
            .on = row.integer(4) != 0,
            .off_reason = row.text(5),
            .published = row.integer(6) != 0};
}

// Reads the parts of one run after the other.
class PartReader {
public:
    [[nodiscard]] static Result<PartReader> prepare(const Database& database) {
        PartReader reader;
        for (const char* table : {"stages", "sources", "steps", "outputs", "destinations", "deliveries", "messages"}) {
            TRY_ASSIGN(auto statement,
                       database.prepare(fmt::format("SELECT * FROM {} WHERE run = ? ORDER BY 2, 3", table)));
            reader.statements_.push_back(std::move(statement));
        }
        // A reader may come before the run that brings the ledger up to date.
        TRY_ASSIGN(const std::string checks, database.value("SELECT 1 FROM sqlite_master WHERE name = 'checks'"));
        if (!checks.empty()) {
            TRY_ASSIGN(auto statement, database.prepare("SELECT * FROM checks WHERE run = ? ORDER BY 2"));
            reader.statements_.push_back(std::move(statement));
        }
        return reader;
    }

    [[nodiscard]] Result<> read(RunReport& report) {
        TRY(each(0, report, [&](const Statement& row) { report.stages.push_back(stage_of(row)); }));
        TRY(each(1, report, [&](const Statement& row) { report.sources.push_back(source_of(row)); }));
        TRY(each(2, report, [&](const Statement& row) { report.steps.push_back(step_of(row)); }));
        TRY(each(3, report, [&](const Statement& row) { report.outputs.push_back(output_of(row)); }));
        TRY(each(4, report, [&](const Statement& row) { report.destinations.push_back(destination_of(row)); }));
        TRY(each(5, report, [&](const Statement& row) {
            if (row.count(1) < report.outputs.size()) report.outputs[row.count(1)].destinations.push_back(row.count(2));
        }));
        TRY(each(6, report, [&](const Statement& row) {
            (row.text(2) == "warning" ? report.warnings : report.failure).push_back(row.text(3));
        }));
        if (statements_.size() <= 7) return {};
        return each(7, report, [&](const Statement& row) { report.checks.push_back(check_of(row)); });
    }

private:
    template <typename Take>
    [[nodiscard]] Result<> each(std::size_t table, const RunReport& report, Take take) {
        Statement& statement = statements_[table];
        statement.reset();
        statement.bind(report.run);
        for (;;) {
            TRY_ASSIGN(const bool has_row, statement.step());
            if (!has_row) break;
            take(statement);
        }
        statement.reset();
        return {};
    }

    std::vector<Statement> statements_;
};

}  // namespace

Result<std::vector<RunReport>> Ledger::runs(const RunFilter& filter) const {
    TRY_ASSIGN(PartReader parts, PartReader::prepare(*database_));
    // Whether a run has crashed may only be known from its process, so the status is looked at here.
    TRY_ASSIGN(Statement rows,
               database_->prepare("SELECT * FROM runs WHERE ?1 = '' OR pipeline = ?1 ORDER BY started DESC, id DESC"));
    rows.bind(filter.pipeline);
    std::vector<RunReport> reports;
    while (!filter.most || reports.size() < *filter.most) {
        TRY_ASSIGN(const bool has_row, rows.step());
        if (!has_row) break;
        RunReport report = run_of(rows);
        if (!filter.status.empty() && report.status != filter.status) continue;
        if (filter.parts) TRY(parts.read(report));
        reports.push_back(std::move(report));
    }
    return reports;
}

Result<std::vector<RunReport>> Ledger::unfinished() const {
    TRY_ASSIGN(Statement rows, database_->prepare("SELECT * FROM runs WHERE status = 'running' ORDER BY started"));
    std::vector<RunReport> reports;
    for (;;) {
        TRY_ASSIGN(const bool has_row, rows.step());
        if (!has_row) return reports;
        reports.push_back(run_of(rows));
    }
}

Result<std::optional<WallTime>> Ledger::last_success(const std::string& pipeline,
                                                     const std::string& environment) const {
    TRY_ASSIGN(Statement rows, database_->prepare("SELECT max(ended) FROM runs WHERE pipeline = ? AND environment = ? "
                                                  "AND status = 'done' AND dry_run = 0"));
    TRY(rows.bind(pipeline).bind(environment).step());
    return parse_wall_time(rows.text(0));
}

Result<RunReport> Ledger::run(const std::string& run) const {
    TRY_ASSIGN(PartReader parts, PartReader::prepare(*database_));
    // Ids hold none of the signs that LIKE would take for more than themselves, but what was typed may.
    TRY_ASSIGN(Statement rows, database_->prepare("SELECT * FROM runs WHERE substr(id, 1, length(?1)) = ?1 "
                                                  "ORDER BY id = ?1 DESC, started DESC LIMIT 2"));
    rows.bind(run);
    TRY_ASSIGN(const bool found, rows.step());
    if (!found || run.empty())
        return config_error("no_such_run", fmt::format("'{}' has no run '{}'; `sluice runs` lists those that it has",
                                                       path_.lexically_normal().string(), run));
    RunReport report = run_of(rows);
    TRY_ASSIGN(const bool more, rows.step());
    if (more && report.run != run)
        return config_error("ambiguous_run", fmt::format("several runs begin with '{}': {}, {} and maybe more", run,
                                                         report.run, rows.text(0)));
    TRY(parts.read(report));
    return report;
}

}  // namespace sluice
