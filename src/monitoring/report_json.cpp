#include "monitoring/report_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "rows/timestamp.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

std::string iso_text(WallTime time) {
    const auto microseconds = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
    std::string text;
    append_iso_time(microseconds, 0, text);
    return text;
}

WallTime later(WallTime start, double seconds) {
    return start + std::chrono::duration_cast<WallTime::duration>(std::chrono::duration<double>(seconds));
}

std::string_view kind_name(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::internal:
            return "internal";
        case ErrorKind::config:
            return "config";
        case ErrorKind::data:
            return "data";
        case ErrorKind::external:
            return "external";
        case ErrorKind::conflict:
            return "conflict";
        case ErrorKind::interrupted:
            return "interrupted";
    }
    return "internal";
}

Json stages_json(const RunReport& report) {
    Json list = Json::array();
    for (const StageReport& stage : report.stages) {
        list.push_back({{"name", stage.name},
                        {"start", iso_text(stage.start)},
                        {"end", iso_text(later(stage.start, stage.seconds))},
                        {"seconds", stage.seconds}});
    }
    return list;
}

Json drift_json(const DriftReport& drift) {
    if (drift.empty()) return nullptr;
    const auto list = [](const std::vector<DriftedColumn>& columns) {
        Json all = Json::array();
        for (const DriftedColumn& column : columns)
            all.push_back({{"column", column.column}, {"from", column.from}, {"to", column.to}});
        return all;
    };
    return {{"since", drift.since},
            {"added", list(drift.added)},
            {"removed", list(drift.removed)},
            {"widened", list(drift.widened)}};
}

Json nulled_json(const SourceReport& source) {
    Json list = Json::array();
    for (const NulledReport& nulled : source.nulled)
        list.push_back({{"column", nulled.column}, {"values", nulled.values}, {"first", nulled.first}});
    return list;
}

Json sources_json(const RunReport& report) {
    Json list = Json::array();
    for (const SourceReport& source : report.sources) {
        list.push_back({{"name", source.name},
                        {"rows_read", source.rows_read},
                        {"rows", source.rows},
                        {"bad_rows", source.bad_rows},
                        {"bad_by_code", source.bad_by_code},
                        {"drift", drift_json(source.drift)},
                        {"nulled", nulled_json(source)},
                        {"mended_rows", source.mended_rows},
                        {"max_bad_rows", source.max_bad_rows},
                        {"quarantine", source.quarantine},
                        {"bytes", source.bytes},
                        {"seconds", source.seconds}});
    }
    return list;
}

Json steps_json(const RunReport& report) {
    Json list = Json::array();
    for (const StepCounts& step : report.steps) {
        list.push_back({{"name", step.step},
                        {"rows_in", step.rows_in},
                        {"rows_out", step.rows_out},
                        {"filtered", step.filtered},
                        {"unmatched_left", step.unmatched_left},
                        {"unmatched_right", step.unmatched_right},
                        {"fan_out", step.fan_out},
                        {"seconds", step.seconds}});
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

Json params_json(const RunReport& report) {
    Json object = Json::object();
    for (const auto& [name, value] : report.params) object[name] = value;
    return object;
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
    return {{"run", report.run},
            {"replay_of", report.replay_of},
            {"pipeline", report.pipeline},
            {"config", report.config_path},
            {"config_hash", report.config_hash},
            {"environment", report.environment},
            {"params", params_json(report)},
            {"start", iso_text(report.start)},
            {"end", iso_text(report.end)},
            {"seconds", elapsed.count()},
            {"status", report.status},
            {"exit_code", report.error ? exit_code(*report.error) : 0},
            {"dry_run", report.dry_run},
            {"peak_memory_bytes", report.peak_memory_bytes},
            {"stages", stages_json(report)},
            {"sources", sources_json(report)},
            {"steps", steps_json(report)},
            {"outputs", outputs_json(report)},
            {"destinations", destinations_json(report)},
            {"warnings", report.warnings},
            {"bad_rows", bad_rows_json(report)},
            {"error", error_json(report)},
            {"failure", report.failure}};
}

// A path may hold bytes that are not UTF-8; they become U+FFFD.
std::string dump(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::string report_document(const RunReport& report) { return dump(to_json(report), 2); }

std::string report_log_line(const RunReport& report) {
    Json json = to_json(report);
    json.erase("bad_rows");
    json.erase("failure");
    if (report.error) json["error"]["message"] = first_line(report.error->message);
    return dump(json, -1);
}

}  // namespace sluice
