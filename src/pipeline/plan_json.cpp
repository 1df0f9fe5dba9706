#include "pipeline/plan_description.hpp"

#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

void add_rows(Json& into, const RowEstimate& rows) {
    into["rows_about"] = nullptr;
    into["rows_at_most"] = nullptr;
    if (rows.kind == RowEstimate::Kind::about) into["rows_about"] = rows.rows;
    if (rows.kind == RowEstimate::Kind::at_most) into["rows_at_most"] = rows.rows;
}

Json source_json(const PlannedSource& source) {
    Json files = Json::array();
    for (const PlannedFile& file : source.files) files.push_back({{"path", file.path}, {"bytes", file.bytes}});
    Json types = Json::object();
    for (const auto& [column, type] : source.types) types[column] = type;
    Json json{{"name", source.name}, {"type", source.type}, {"place", source.place}, {"files", files}};
    json["program"] = source.program.empty() ? Json(nullptr) : Json(source.program);
    json["bytes"] = source.bytes ? Json(*source.bytes) : Json(nullptr);
    add_rows(json, source.rows);
    json["columns"] = source.all_columns ? Json("all") : Json(source.columns);
    json["types"] = types;
    json["engines"] = source.engines;
    return json;
}

Json step_json(const PlannedStep& step) {
    Json json{{"name", step.name}, {"kind", step.kind}, {"inputs", step.inputs}, {"does", step.does}};
    json["place"] = step.place;
    add_rows(json, step.rows);
    return json;
}

Json output_json(const PlannedOutput& output) {
    const bool compressed = output.compression.method != Compression::none;
    Json json{{"name", output.name}, {"file", output.file}, {"format", output.format}};
    json["compression"] = compressed ? Json(compression_name(output.compression.method)) : Json(nullptr);
    json["compression_level"] = compressed ? Json(output.compression.level) : Json(nullptr);
    json["partition_by"] = output.partition_by;
    json["checksum"] = output.sha256 ? Json("sha256") : Json(nullptr);
    json["from"] = output.from;
    json["engine"] = output.engine;
    json["reason"] = output.reason;
    json["destinations"] = output.destinations;
    return json;
}

}  // namespace

std::string plan_document(const PlanDescription& plan) {
    Json json{{"pipeline", plan.pipeline},
              {"config", plan.config_path},
              {"config_hash", plan.config_hash},
              {"environment", plan.environment.empty() ? Json(nullptr) : Json(plan.environment)},
              {"params", Json::object()},
              {"threads", plan.threads},
              {"memory_budget_bytes", plan.memory_budget},
              {"native_memory_bytes", plan.native_memory},
              {"uses_duckdb", plan.uses_duckdb},
              {"sources", Json::array()},
              {"steps", Json::array()},
              {"outputs", Json::array()},
              {"checks", Json::array()},
              {"rewrites", Json::array()},
              {"destinations", Json::array()}};
    for (const auto& [name, value] : plan.params) json["params"][name] = value;
    for (const PlannedSource& source : plan.sources) json["sources"].push_back(source_json(source));
    for (const PlannedStep& step : plan.steps) json["steps"].push_back(step_json(step));
    for (const PlannedOutput& output : plan.outputs) json["outputs"].push_back(output_json(output));
    for (const PlannedCheck& check : plan.checks)
        json["checks"].push_back({{"on", check.on},
                                  {"check", check.check},
                                  {"severity", check.severity},
                                  {"how", check.how},
                                  {"place", check.place}});
    for (const PlannedRewrite& rewrite : plan.rewrites)
        json["rewrites"].push_back({{"name", rewrite.name}, {"on", rewrite.on}, {"applies_to", rewrite.applies_to}});
    for (const DestinationReport& destination : plan.destinations)
        json["destinations"].push_back({{"name", destination.name},
                                        {"address", destination.address},
                                        {"on", destination.on},
                                        {"off_reason", destination.off_reason}});
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sluice
