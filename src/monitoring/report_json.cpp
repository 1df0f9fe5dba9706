#include "monitoring/report_json.hpp"

#include <fmt/format.h>

#include "monitoring/source_details.hpp"
#include "monitoring/wall_time.hpp"
#include "utils/error_kind.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

Json stages_json(const RunReport& report) {
    Json list = Json::array();
    for (const StageReport& stage : report.stages) {
        list.push_back({{"name", stage.name},
                        {"start", wall_time_text(stage.start)},
                        {"end", wall_time_text(later(stage.start, stage.seconds))},
                        {"seconds", stage.seconds},
                        {"cpu_seconds", stage.cpu_seconds},
                        {"rows", stage.rows},
                        {"bytes", stage.bytes},
                        {"retries", stage.retries},
                        {"peak_memory_bytes", stage.peak_memory_bytes},
                        {"waiting_seconds", stage.waiting_seconds}});
    }
    return list;
}

// Where the source's rows went.
Json books_json(const SourceReport& source) {
    return {{"name", source.name},         {"rows_read", source.rows_read},     {"rows", source.rows},
            {"bad_rows", source.bad_rows}, {"bad_by_code", source.bad_by_code}, {"mended_rows", source.mended_rows}};
}

Json books_json(const StepCounts& step) {
    return {{"name", step.step},
            {"rows_in", step.rows_in},
            {"rows_out", step.rows_out},
            {"filtered", step.filtered},
            {"deduplicated", step.deduplicated},
            {"unmatched_left", step.unmatched_left},
            {"unmatched_right", step.unmatched_right},
            {"fan_out", step.fan_out}};
}

Json sources_json(const RunReport& report) {
    Json list = Json::array();
    for (const SourceReport& source : report.sources) {
        Json entry = books_json(source);
        entry["drift"] = drift_json(source.drift);
        entry["nulled"] = nulled_json(source.nulled);
        entry["max_bad_rows"] = source.max_bad_rows;
        entry["quarantine"] = source.quarantine;
        entry["bytes"] = source.bytes;
        entry["seconds"] = source.seconds;
        list.push_back(std::move(entry));
    }
    return list;
}

Json steps_json(const RunReport& report) {
    Json list = Json::array();
    for (const StepCounts& step : report.steps) {
        Json entry = books_json(step);
        entry["seconds"] = step.seconds;
        list.push_back(std::move(entry));
    }
    return list;
}

Json checks_json(const RunReport& report) {
    Json list = Json::array();
    for (const CheckReport& check : report.checks) {
        Json examples = Json::array();
        for (const CheckExample& example : check.examples)
            examples.push_back({{"place", example.place}, {"value", example.value}});
        list.push_back({{"on", check.on},
                        {"check", check.check},
                        {"severity", check.severity},
                        {"met", check.met},
                        {"rows", check.rows},
                        {"failing", check.failing},
                        {"expected", check.expected},
                        {"found", check.found},
                        {"examples", std::move(examples)}});
    }
    return list;
}

Json outputs_json(const RunReport& report) {
    Json list = Json::array();
    for (const OutputReport& output : report.outputs) {
        Json entry{{"name", output.name},
                   {"file", output.file},
                   {"how", output.how},
                   {"rows", output.rows},
                   {"bytes", output.bytes}};
        if (output.crc64nvme) entry["crc64nvme"] = fmt::format("{:016x}", *output.crc64nvme);
        if (!output.sha256.empty()) entry["sha256"] = output.sha256;
        if (output.partitions) entry["partitions"] = *output.partitions;
        entry["seconds"] = output.seconds;
        list.push_back(std::move(entry));
    }
    return list;
}

Json destinations_json(const RunReport& report) {
    Json list = Json::array();
    for (const DestinationReport& destination : report.destinations) {
        list.push_back({{"name", destination.name},
                        {"address", destination.address},
                        {"on", destination.on},
                        {"off_reason", destination.off_reason},
                        {"published", destination.published}});
    }
    return list;
}

Json alerts_json(const RunReport& report) {
    Json list = Json::array();
    for (const AlertReport& alert : report.alerts) {
        list.push_back({{"name", alert.name},
                        {"on", alert.on},
                        {"off_reason", alert.off_reason},
                        {"sent", alert.sent},
                        {"kept", alert.kept}});
    }
    return list;
}

Json bad_rows_json(const RunReport& report) {
    Json list = Json::array();
    for (const BadRow& row : report.bad_rows) {
        list.push_back({{"file", row.file},
                        {"line", row.line},
                        {"byte", row.byte},
                        {"fault", row.fault},
                        {"length", row.length},
                        {"code", row.code},
                        {"message", row.message},
                        {"column", row.column},
                        {"excerpt", row.excerpt}});
    }
    return list;
}

Json error_json(const RunReport& report) {
    if (!report.error) return nullptr;
    return {{"kind", kind_name(report.error->kind)},
            {"code", report.error->code},
            {"message", report.error->message},
            {"retryable", report.error->retryable}};
}

Json to_json(const RunReport& report) {
    const std::chrono::duration<double> elapsed = report.end - report.start;
    const bool ended = has_end(report);
    return {{"run", report.run},
            {"replay_of", report.replay_of},
            {"pipeline", report.pipeline},
            {"config", report.config_path},
            {"config_hash", report.config_hash},
            {"environment", report.environment},
            {"params", params_json(report.params)},
            {"command", report.command},
            {"host", report.process.host},
            {"pid", report.process.pid},
            {"start", wall_time_text(report.start)},
            {"end", ended ? Json(wall_time_text(report.end)) : Json()},
            {"seconds", ended ? Json(elapsed.count()) : Json()},
            {"status", report.status},
            {"exit_code", ended ? Json(report.error ? exit_code(*report.error) : 0) : Json()},
            {"dry_run", report.dry_run},
            {"peak_memory_bytes", report.peak_memory_bytes},
            {"memory_notes", report.memory_notes},
            {"stages", stages_json(report)},
            {"sources", sources_json(report)},
            {"steps", steps_json(report)},
            {"checks", checks_json(report)},
            {"outputs", outputs_json(report)},
            {"destinations", destinations_json(report)},
            {"alerts", alerts_json(report)},
            {"warnings", report.warnings},
            {"bad_rows", bad_rows_json(report)},
            {"error", error_json(report)},
            {"failure", report.failure}};
}

// A path may hold bytes that are not UTF-8; they become U+FFFD.
std::string dump(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string report_document(const RunReport& report) { return dump(to_json(report), 2); }

std::string books_document(const RunReport& report) {
    Json books{{"sources", Json::array()}, {"steps", Json::array()}};
    for (const SourceReport& source : report.sources) books["sources"].push_back(books_json(source));
    for (const StepCounts& step : report.steps) books["steps"].push_back(books_json(step));
    if (!report.checks.empty()) books["checks"] = Json::array();
    for (const CheckReport& check : report.checks)
        books["checks"].push_back({{"on", check.on},
                                   {"check", check.check},
                                   {"severity", check.severity},
                                   {"met", check.met},
                                   {"failing", check.failing}});
    return dump(books, -1);
}

}  // namespace sluice
