#include "monitoring/runs_log.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "monitoring/report_json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::json;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

// True when the file's last byte is no newline: an earlier write was cut short.
bool ends_in_mid_line(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || status.st_size == 0) return false;
    char last = '\n';
    return ::pread(descriptor, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::optional<LoggedRun> logged_run(const std::string& line) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    LoggedRun run{.run = text_at(json, "run"),
                  .config_hash = text_at(json, "config_hash"),
                  .params = {},
                  .status = text_at(json, "status"),
                  .dry_run = flag_at(json, "dry_run"),
                  .published = {},
                  .files = {}};
    const auto params = json.find("params");
    if (params != json.end() && params->is_object()) {
        for (const auto& [name, value] : params->items())
            if (value.is_string()) run.params.emplace(name, value.get<std::string>());
    }
    const auto each = [&](const char* key, auto take) {
        const auto list = json.find(key);
        if (list == json.end() || !list->is_array()) return;
        for (const Json& item : *list)
            if (item.is_object()) take(item);
    };
    each("destinations", [&](const Json& item) {
        if (flag_at(item, "published")) run.published.push_back(text_at(item, "address"));
    });
    each("outputs", [&](const Json& item) { run.files.push_back(text_at(item, "file")); });
    return run;
}

}  // namespace

Result<> append_to_runs_log(const std::filesystem::path& folder, const RunReport& report) {
    const std::filesystem::path state = folder / ".sluice";
    if (::mkdir(state.c_str(), 0755) != 0 && errno != EEXIST) return system_error("make", state.string(), errno);
    const std::string path = (state / "runs.jsonl").string();
    const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (file.number() < 0) return system_error("open", path, errno);
    // Keeps the look at the last byte and the write together; where locks do not work the write alone is still whole.
    (void)::flock(file.number(), LOCK_EX);
    std::string line = report_log_line(report);
    if (ends_in_mid_line(file.number())) line.insert(0, 1, '\n');
    ssize_t written = -1;
    do {
        written = ::write(file.number(), line.data(), line.size());
    } while (written < 0 && errno == EINTR);
    if (written < 0) return system_error("append to", path, errno);
    // A regular file takes less than asked for only when the disk is full.
    if (static_cast<std::size_t>(written) != line.size()) return system_error("append to", path, ENOSPC);
    return {};
}

std::vector<LoggedRun> read_runs_log(const std::filesystem::path& folder) {
    std::vector<LoggedRun> runs;
    std::ifstream file(folder / ".sluice" / "runs.jsonl", std::ios::binary);
    for (std::string line; std::getline(file, line);) {
        if (auto run = logged_run(line)) runs.push_back(std::move(*run));
    }
    return runs;
}

}  // namespace sluice
