#include "loaders/run_holder.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <nlohmann/json.hpp>

#include "loaders/commit_record.hpp"
#include "loaders/file_text.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of_file(const std::string& path) {
    std::string text;
    (void)read_in_pieces(path, [&](std::string_view piece) {
        text.append(piece);
        return Result<>();
    });
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string link_target(const char* path) {
    std::array<char, 256> target{};
    const ssize_t size = ::readlink(path, target.data(), target.size());
    return {target.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

// proc(5): field 22 of /proc/PID/stat; the second, the name, may hold spaces and stands in parentheses, the third is
// its state. 0: no process, or one that has ended and that nobody has waited for.
std::uint64_t start_ticks_of(std::int64_t pid) {
    const std::string stat = text_of_file(fmt::format("/proc/{}/stat", pid));
    std::size_t at = stat.rfind(')');
    if (at != std::string::npos && at + 2 < stat.size() && (stat[at + 2] == 'Z' || stat[at + 2] == 'X')) return 0;
    constexpr int kFieldsAfterTheName = 20;
    for (int field = 0; field < kFieldsAfterTheName && at != std::string::npos; ++field) at = stat.find(' ', at + 1);
    if (at == std::string::npos) return 0;
    std::uint64_t ticks = 0;
    std::from_chars(stat.data() + at + 1, stat.data() + stat.size(), ticks);
    return ticks;
}

std::string start_time(std::uint64_t ticks) {
    timespec up{};
    const long ticks_per_second = ::sysconf(_SC_CLK_TCK);
    if (ticks == 0 || ticks_per_second <= 0 || ::clock_gettime(CLOCK_BOOTTIME, &up) != 0) return "";
    const auto age = up.tv_sec - static_cast<std::time_t>(ticks / static_cast<std::uint64_t>(ticks_per_second));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::time(nullptr) - age));
}

std::string text_at(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t number_at(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string boot_id() { return text_of_file("/proc/sys/kernel/random/boot_id"); }
std::string process_space() { return link_target("/proc/self/ns/pid"); }

}  // namespace

RunHolder this_holder(const RunIdentity& identity) {
    RunHolder holder{.run = identity.run,
                     .pipeline = identity.pipeline,
                     .pid = ::getpid(),
                     .host = host_name(),
                     .boot = boot_id(),
                     .process_space = process_space(),
                     .start_ticks = start_ticks_of(::getpid()),
                     .started = {},
                     .since = utc_now_text()};
    holder.started = start_time(holder.start_ticks);
    return holder;
}

std::string holder_text(const RunHolder& holder) {
    const Json json{{"run", holder.run},
                    {"pipeline", holder.pipeline},
                    {"pid", holder.pid},
                    {"host", holder.host},
                    {"boot", holder.boot},
                    {"process_space", holder.process_space},
                    {"start_ticks", holder.start_ticks},
                    {"started", holder.started},
                    {"since", holder.since}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<RunHolder> parse_holder(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || text_at(json, "run").empty()) return std::nullopt;
    return RunHolder{.run = text_at(json, "run"),
                     .pipeline = text_at(json, "pipeline"),
                     .pid = static_cast<std::int64_t>(number_at(json, "pid")),
                     .host = text_at(json, "host"),
                     .boot = text_at(json, "boot"),
                     .process_space = text_at(json, "process_space"),
                     .start_ticks = number_at(json, "start_ticks"),
                     .started = text_at(json, "started"),
                     .since = text_at(json, "since")};
}

std::string holder_sentence(const RunHolder& holder) {
    return fmt::format("run {} of pipeline '{}' (process {} on {}{}) since {}", holder.run, holder.pipeline, holder.pid,
                       holder.host, holder.started.empty() ? "" : fmt::format(", started {}", holder.started),
                       holder.since);
}

bool has_ended(const RunHolder& holder) {
    if (holder.boot.empty() || holder.boot != boot_id() || holder.process_space != process_space()) return false;
    if (holder.start_ticks != 0) return start_ticks_of(holder.pid) != holder.start_ticks;
    return ::kill(static_cast<pid_t>(holder.pid), 0) != 0 && errno == ESRCH;
}

}  // namespace sluice
