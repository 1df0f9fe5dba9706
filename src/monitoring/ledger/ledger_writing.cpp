#include <fmt/format.h>

#include "monitoring/ledger/ledger.hpp"
#include "monitoring/source_details.hpp"
#include "monitoring/wall_time.hpp"
#include "utils/error_kind.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

std::string compact(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// What was there of the run goes, with all its parts.
Result<> put_run(const Database& database, const RunReport& report) {
    TRY_ASSIGN(Statement earlier, database.prepare("DELETE FROM runs WHERE id = ?"));
    TRY(earlier.bind(report.run).run());
    TRY_ASSIGN(Statement statement, database.prepare("INSERT INTO runs VALUES "
                                                     "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
    const bool ended = has_end(report);
    statement.bind(report.run)
        .bind(report.pipeline)
        .bind(report.config_path)
        .bind(report.config_hash)
        .bind(report.environment)
        .bind(compact(params_json(report.params)))
        .bind(report.command)
        .bind(report.replay_of)
        .bind(report.dry_run)
        .bind(wall_time_text(report.start))
        .bind(ended ? std::optional(wall_time_text(report.end)) : std::nullopt)
        .bind(report.status)
        .bind(ended ? std::optional<std::int64_t>(report.error ? exit_code(*report.error) : 0) : std::nullopt);
    if (const auto& error = report.error)
        statement.bind(kind_name(error->kind))
            .bind(error->code)
            .bind(first_line(error->message))
            .bind(error->retryable);
    else
        statement.bind_null().bind_null().bind_null().bind_null();
    const ProcessIdentity& process = report.process;
    statement.bind(process.host)
        .bind(process.pid)
        .bind(process.boot)
        .bind(process.process_space)
        .bind(process.start_ticks)
        .bind(report.peak_memory_bytes);
    return statement.run();
}

// One row of a part for each item; `bind` adds what comes after the run and the position.
template <typename Items, typename Bind>
Result<> put_part(const Database& database, const std::string& run, std::string_view table, std::size_t columns,
                  const Items& items, Bind bind) {
    if (items.empty()) return {};
    std::string sql = fmt::format("INSERT INTO {} VALUES (?,?", table);
    for (std::size_t column = 0; column < columns; ++column) sql += ",?";
    TRY_ASSIGN(Statement statement, database.prepare(sql + ")"));
    std::int64_t position = 0;
    for (const auto& item : items) {
        statement.bind(run).bind(position++);
        bind(statement, item);
        TRY(statement.run());
    }
    return {};
}

void bind_stage(Statement& statement, const StageReport& stage) {
    statement.bind(stage.name)
        .bind(wall_time_text(stage.start))
        .bind(wall_time_text(later(stage.start, stage.seconds)))
        .bind(stage.seconds)
        .bind(stage.cpu_seconds)
        .bind(stage.rows)
        .bind(stage.bytes)
        .bind(stage.retries)
        .bind(stage.peak_memory_bytes)
        .bind(stage.waiting_seconds);
}

void bind_source(Statement& statement, const SourceReport& source) {
    statement.bind(source.name)
        .bind(source.rows_read)
        .bind(source.rows)
        .bind(source.bad_rows)
        .bind(source.mended_rows)
        .bind(source.bytes)
        .bind(source.seconds)
        .bind(source.max_bad_rows)
        .bind(source.quarantine)
        .bind(compact(source.bad_by_code))
        .bind(compact(nulled_json(source.nulled)))
        .bind(compact(drift_json(source.drift)));
}

void bind_step(Statement& statement, const StepCounts& step) {
    statement.bind(step.step)
        .bind(compact(step.rows_in))
        .bind(step.rows_out)
        .bind(step.filtered)
        .bind(step.unmatched_left)
        .bind(step.unmatched_right)
        .bind(step.fan_out)
        .bind(step.seconds)
        .bind(step.deduplicated);
}

void bind_output(Statement& statement, const OutputReport& output) {
    statement.bind(output.name)
        .bind(output.file)
        .bind(output.how)
        .bind(output.rows)
        .bind(output.bytes)
        .bind(output.crc64nvme ? std::optional(fmt::format("{:016x}", *output.crc64nvme)) : std::nullopt)
        .bind(output.sha256.empty() ? std::nullopt : std::optional(output.sha256))
        .bind(output.partitions)
        .bind(output.seconds);
}

// Where the first rows at fault stand; their values do not belong into the ledger.
std::string places_of(const CheckReport& check) {
    Json places = Json::array();
    for (const CheckExample& example : check.examples)
        if (!example.place.empty()) places.push_back(example.place);
    return compact(places);
}

void bind_check(Statement& statement, const CheckReport& check) {
    statement.bind(check.on)
        .bind(check.check)
        .bind(check.severity)
        .bind(check.met)
        .bind(check.rows)
        .bind(check.failing)
        .bind(check.expected)
        .bind(check.found)
        .bind(places_of(check));
}

void bind_destination(Statement& statement, const DestinationReport& destination) {
    statement.bind(destination.name)
        .bind(destination.address)
        .bind(destination.on)
        .bind(destination.off_reason)
        .bind(destination.published);
}

using Message = std::pair<std::string_view, std::string>;  // kind, text

std::vector<Message> messages_of(const RunReport& report) {
    std::vector<Message> messages;
    for (const std::string& warning : report.warnings) messages.emplace_back("warning", warning);
    // The first of the three says what failed and may go on to quote rows.
    for (const std::string& line : report.failure) messages.emplace_back("failure", first_line(line));
    return messages;
}

}  // namespace

Result<> Ledger::write_parts(const RunReport& report) {
    const Database& database = *database_;
    TRY(put_part(database, report.run, "stages", 10, report.stages, bind_stage));
    TRY(put_part(database, report.run, "sources", 12, report.sources, bind_source));
    TRY(put_part(database, report.run, "steps", 9, report.steps, bind_step));
    TRY(put_part(database, report.run, "checks", 9, report.checks, bind_check));
    TRY(put_part(database, report.run, "outputs", 9, report.outputs, bind_output));
    TRY(put_part(database, report.run, "destinations", 5, report.destinations, bind_destination));
    std::int64_t output = 0;
    TRY_ASSIGN(Statement statement, database.prepare("INSERT INTO deliveries VALUES (?,?,?)"));
    for (const OutputReport& one : report.outputs) {
        for (const std::size_t destination : one.destinations)
            TRY(statement.bind(report.run).bind(output).bind(static_cast<std::uint64_t>(destination)).run());
        ++output;
    }
    return put_part(database, report.run, "messages", 2, messages_of(report),
                    [](Statement& row, const Message& message) { row.bind(message.first).bind(message.second); });
}

Result<> Ledger::put(const RunReport& report) {
    TRY_ASSIGN(Transaction transaction, Transaction::begin(*database_));
    TRY(put_run(*database_, report));
    TRY(write_parts(report));
    return transaction.commit();
}

Result<std::vector<RunReport>> Ledger::mark_crashed() {
    TRY_ASSIGN(auto runs, unfinished());
    TRY_ASSIGN(Statement statement,
               database_->prepare("UPDATE runs SET status = 'crashed' WHERE id = ? AND status = 'running'"));
    std::vector<RunReport> marked;
    for (RunReport& report : runs) {
        if (report.status != "crashed") continue;
        TRY(statement.bind(report.run).run());
        if (database_->changes() > 0) marked.push_back(std::move(report));
    }
    return marked;
}

Result<> Ledger::remove(const std::vector<std::string>& runs) {
    TRY_ASSIGN(Transaction transaction, Transaction::begin(*database_));
    TRY_ASSIGN(Statement statement, database_->prepare("DELETE FROM runs WHERE id = ?"));
    for (const std::string& run : runs) TRY(statement.bind(run).run());
    return transaction.commit();
}

}  // namespace sluice
