#include "monitoring/ledger/runs_log_import.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>

#include "monitoring/source_details.hpp"
#include "monitoring/wall_time.hpp"
#include "utils/error_kind.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

WallTime time_at(const Json& json, const char* key) { return parse_wall_time(text_at(json, key)).value_or(WallTime{}); }

Json part(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found == json.end() ? Json() : *found;
}

template <typename Take>
void each(const Json& json, const char* key, Take take) {
    for (const Json& item : part(json, key))
        if (item.is_object()) take(item);
}

SourceReport source_of(const Json& json) {
    SourceReport source{.name = text_at(json, "name"),
                        .rows_read = count_at(json, "rows_read"),
                        .rows = count_at(json, "rows"),
                        .bad_rows = count_at(json, "bad_rows"),
                        .nulled = nulled_of(part(json, "nulled")),
                        .drift = drift_of(part(json, "drift")),
                        .mended_rows = count_at(json, "mended_rows"),
                        .max_bad_rows = text_at(json, "max_bad_rows"),
                        .quarantine = text_at(json, "quarantine"),
                        .bytes = count_at(json, "bytes"),
                        .seconds = number_at(json, "seconds")};
    const Json by_code = part(json, "bad_by_code");
    for (const auto& [code, count] : by_code.items())
        if (count.is_number_unsigned()) source.bad_by_code.emplace(code, count.get<std::uint64_t>());
    return source;
}

StepCounts step_of(const Json& json) {
    StepCounts step;
    step.step = text_at(json, "name");
    for (const Json& count : part(json, "rows_in"))
        if (count.is_number_unsigned()) step.rows_in.push_back(count.get<std::uint64_t>());
    step.rows_out = count_at(json, "rows_out");
    step.filtered = count_at(json, "filtered");
    step.deduplicated = count_at(json, "deduplicated");
    step.unmatched_left = count_at(json, "unmatched_left");
    step.unmatched_right = count_at(json, "unmatched_right");
    step.fan_out = count_at(json, "fan_out");
    step.seconds = number_at(json, "seconds");
    return step;
}

OutputReport output_of(const Json& json) {
    OutputReport output{.name = text_at(json, "name"),
                        .file = text_at(json, "file"),
                        .how = text_at(json, "how"),
                        .rows = count_at(json, "rows"),
                        .bytes = count_at(json, "bytes"),
                        .seconds = number_at(json, "seconds")};
    const std::string checksum = text_at(json, "crc64nvme");
    std::uint64_t value = 0;
    const auto* const end = checksum.data() + checksum.size();
    if (!checksum.empty() && std::from_chars(checksum.data(), end, value, 16).ptr == end) output.crc64nvme = value;
    return output;
}

std::optional<Error> error_of(const Json& json) {
    const Json error = part(json, "error");
    if (!error.is_object()) return std::nullopt;
    Error result{.kind = kind_named(text_at(error, "kind")),
                 .code = text_at(error, "code"),
                 .message = text_at(error, "message"),
                 .retryable = flag_at(error, "retryable")};
    if (result.kind == ErrorKind::interrupted) result.signal = static_cast<int>(count_at(json, "exit_code")) - 128;
    return result;
}

std::optional<RunReport> report_of(const std::string& line) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    const std::string status = text_at(json, "status");
    constexpr std::array<std::string_view, 3> kEnds{"done", "failed", "interrupted"};
    if (text_at(json, "run").empty() || std::ranges::find(kEnds, status) == kEnds.end()) return std::nullopt;
    RunReport report;
    report.run = text_at(json, "run");
    report.replay_of = text_at(json, "replay_of");
    report.pipeline = text_at(json, "pipeline");
    report.config_path = text_at(json, "config");
    report.config_hash = text_at(json, "config_hash");
    report.environment = text_at(json, "environment");
    report.params = params_of(part(json, "params"));
    report.start = time_at(json, "start");
    report.end = time_at(json, "end");
    report.status = status;
    report.dry_run = flag_at(json, "dry_run");
    report.peak_memory_bytes = count_at(json, "peak_memory_bytes");
    report.error = error_of(json);
    each(json, "stages", [&](const Json& item) {
        report.stages.push_back(
            {.name = text_at(item, "name"), .start = time_at(item, "start"), .seconds = number_at(item, "seconds")});
    });
    each(json, "sources", [&](const Json& item) { report.sources.push_back(source_of(item)); });
    each(json, "steps", [&](const Json& item) { report.steps.push_back(step_of(item)); });
    each(json, "outputs", [&](const Json& item) { report.outputs.push_back(output_of(item)); });
    each(json, "destinations", [&](const Json& item) {
        report.destinations.push_back({.name = text_at(item, "name"),
                                       .address = text_at(item, "address"),
                                       .on = flag_at(item, "on"),
                                       .off_reason = text_at(item, "off_reason"),
                                       .published = flag_at(item, "published")});
    });
    for (const Json& warning : part(json, "warnings"))
        if (warning.is_string()) report.warnings.push_back(warning.get<std::string>());
    return report;
}

}  // namespace

Result<> import_runs_log(const fs::path& state, Ledger& ledger) {
    const fs::path path = state / "runs.jsonl";
    std::error_code failure;
    if (!fs::exists(path, failure)) return {};
    std::set<std::string> known;
    TRY_ASSIGN(const auto present, ledger.runs({}));
    for (const RunReport& report : present) known.insert(report.run);
    std::ifstream file(path, std::ios::binary);
    if (!file) return system_error("open", path.string(), errno);
    for (std::string line; std::getline(file, line);) {
        const auto report = report_of(line);
        if (report && known.insert(report->run).second) TRY(ledger.put(*report));
    }
    fs::rename(path, path.string() + ".imported", failure);
    if (failure) return system_error("rename", path.string(), failure.value());
    return {};
}

}  // namespace sluice
