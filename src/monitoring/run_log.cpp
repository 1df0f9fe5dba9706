#include "monitoring/run_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cerrno>
#include <cmath>
#include <exception>
#include <filesystem>
#include <fstream>

#include "monitoring/late_file_sink.hpp"
#include "monitoring/number_text.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;
using spdlog::level::level_enum;

// The time is UTC; spdlog puts it and the level in front, %v is what record() makes.
constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

std::unique_ptr<spdlog::formatter> formatter_for(LogFormat format) {
    return std::make_unique<spdlog::pattern_formatter>(format == LogFormat::json ? kJsonPattern : kTextPattern,
                                                       spdlog::pattern_time_type::utc, "\n");
}

// Lines after the first are set in, so that each record is seen to be one.
std::string indented(const std::string& message) {
    std::string text;
    for (const char letter : message) {
        text += letter;
        if (letter == '\n') text += "    ";
    }
    return text;
}

// The first line of a file that may be appended to is a record: 2026-11-24T00:14:19.688Z info run=..., or a JSON
// object.
bool begins_as_log(std::string_view line) {
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_object()) return json.contains("time") && json.contains("level") && json.contains("run");
    constexpr std::size_t kTimeLength = std::string_view("2026-11-24T00:14:19.688Z").size();
    return line.size() > kTimeLength && line[kTimeLength - 1] == 'Z' && line.find(" run=") != std::string_view::npos;
}

// Makes the file, and fails where it is not one to append to. A pipe that nobody reads is not waited for.
Result<> check_log_file(const std::string& path) {
    const FileDescriptor made(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, S_IRUSR | S_IWUSR));
    if (!made.open()) return system_error("open the log", path, errno);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return {};  // a terminal, a pipe with a reader
    std::string line;
    if (std::ifstream file(path); !std::getline(file, line) || begins_as_log(line)) return {};
    return config_error("log_file", fmt::format("--log-file '{}' is there and is no log of a run; nothing was written "
                                                "to it. Name a new file, or remove this one",
                                                path));
}

Error cannot_open(const std::filesystem::path& file, const std::exception& exception) {
    return external_error("log_file", fmt::format("cannot open the log '{}': {}", file.string(), exception.what()));
}

std::string word(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

struct RunLog::State {
    std::shared_ptr<spdlog::logger> logger;
    LogFormat format = LogFormat::text;
    std::string run;
    std::string stage;
    bool incomplete = false;
    std::shared_ptr<LateFileSink> late;  // of a log that is to be kept

    void log_to(std::vector<spdlog::sink_ptr> sinks) {
        for (const spdlog::sink_ptr& sink : sinks) sink->set_formatter(formatter_for(format));
        logger = std::make_shared<spdlog::logger>("run", sinks.begin(), sinks.end());
        logger->set_level(level_enum::debug);
        logger->flush_on(level_enum::debug);  // a run that is killed leaves its last record
        logger->set_error_handler([this](const std::string&) { incomplete = true; });
    }

    // `fields` is an object; its values stand as name=value in text.
    void record(level_enum level, const std::string& whole_message, const Json& fields = Json::object()) const {
        const std::string message = late ? whole_message.substr(0, whole_message.find('\n')) : whole_message;
        if (format == LogFormat::json) {
            Json json{{"run", run}};
            if (!stage.empty()) json["stage"] = stage;
            json["message"] = message;
            for (const auto& [name, value] : fields.items()) json[name] = value;
            const std::string object = json.dump(-1, ' ', false, Json::error_handler_t::replace);
            logger->log(level, std::string_view(object).substr(1, object.size() - 2));
            return;
        }
        std::string text = fmt::format("run={}", run);
        if (!stage.empty()) text += fmt::format(" stage=\"{}\"", stage);
        for (const auto& [name, value] : fields.items()) text += fmt::format(" {}={}", name, word(value));
        logger->log(level, fmt::format("{}: {}", text, indented(message)));
    }
};

RunLog::RunLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunLog::~RunLog() { state_->logger->flush(); }
bool RunLog::incomplete() const noexcept { return state_->incomplete; }

Result<std::unique_ptr<RunLog>> RunLog::open(const LogSettings& settings) {
    auto state = std::make_unique<State>();
    state->format = settings.format;
    std::vector<spdlog::sink_ptr> sinks;
    if (settings.file) {
        const std::string path = settings.file->string();
        TRY(check_log_file(path));
        try {
            sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_st>(path));
        } catch (const std::exception& exception) {
            return cannot_open(path, exception);
        }
    }
    if (settings.to_stderr) sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_st>());
    state->log_to(std::move(sinks));
    return std::unique_ptr<RunLog>(new RunLog(std::move(state)));
}

std::unique_ptr<RunLog> RunLog::to_be_kept() {
    auto state = std::make_unique<State>();
    state->format = LogFormat::json;
    state->late = std::make_shared<LateFileSink>();
    state->log_to({state->late});
    return std::unique_ptr<RunLog>(new RunLog(std::move(state)));
}

Result<> RunLog::keep_in(const std::filesystem::path& file) {
    TRY(check_log_file(file.string()));
    try {
        state_->late->open(file.string());
    } catch (const std::exception& exception) {
        return cannot_open(file, exception);
    }
    return {};
}

void RunLog::run_started(const RunReport& report) {
    state_->run = report.run;
    state_->record(level_enum::info, report.dry_run ? "a dry run begins" : "the run begins");
}

void RunLog::stage_started(std::string_view stage) {
    state_->stage = stage;
    state_->record(level_enum::debug, "begins");
}

void RunLog::source_waits(const WaitReport& wait) {
    const bool is_over = wait.missing.empty();
    Json fields{{"source", wait.source}, {"since", utc_text(wait.since)}};
    if (!is_over) fields["until"] = utc_text(wait.until);
    state_->record(level_enum::info,
                   is_over ? "the wait for the input is over" : "waits for the input: " + wait.missing, fields);
}

void RunLog::source_read(const SourceReport& source) {
    state_->record(
        source.bad_rows == 0 ? level_enum::info : level_enum::err,
        source.bad_rows == 0 ? "read" : "read, with bad rows",
        {{"source", source.name}, {"rows", source.rows}, {"bad_rows", source.bad_rows}, {"bytes", source.bytes}});
}

void RunLog::output_written(const OutputReport& output) {
    state_->record(level_enum::info, "written",
                   {{"output", output.file},
                    {"rows", output.rows},
                    {"bytes", output.bytes},
                    {"engine", output.how},
                    {"seconds", output.seconds}});
}

void RunLog::stage_ended(const StageReport& stage) {
    Json fields{{"seconds", stage.seconds}, {"cpu_seconds", stage.cpu_seconds}};
    if (stage.waiting_seconds > 0) fields["waiting_seconds"] = stage.waiting_seconds;
    if (stage.retries > 0) fields["retries"] = stage.retries;
    if (stage.bytes > 0) {
        fields["rows"] = stage.rows;
        fields["bytes"] = stage.bytes;
    }
    if (stage.bytes > 0 && stage.seconds > 0) {
        fields["rows_per_second"] = std::llround(static_cast<double>(stage.rows) / stage.seconds);
        fields["bytes_per_second"] = std::llround(static_cast<double>(stage.bytes) / stage.seconds);
    }
    fields["peak_memory_bytes"] = stage.peak_memory_bytes;
    state_->record(level_enum::debug, "ends", fields);
    state_->stage.clear();
}

void RunLog::run_ended(const RunReport& report) {
    for (const std::string& warning : report.warnings) state_->record(level_enum::warn, warning);
    if (report.error) {
        if (!report.stages.empty()) state_->stage = report.stages.back().name;
        for (const std::string& line : report.failure)
            state_->record(level_enum::err, line, {{"code", report.error->code}});
        state_->stage.clear();
    }
    const std::chrono::duration<double> elapsed = report.end - report.start;
    state_->record(report.error ? level_enum::err : level_enum::info, fmt::format("the run ends: {}", report.status),
                   {{"pipeline", report.pipeline}, {"seconds", elapsed.count()}});
}

}  // namespace sluice
