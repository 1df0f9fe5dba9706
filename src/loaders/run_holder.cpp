#include "loaders/run_holder.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>

#include "loaders/commit_record.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

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

}  // namespace

RunHolder this_holder(const RunIdentity& identity) {
    RunHolder holder{.run = identity.run,
                     .pipeline = identity.pipeline,
                     .process = this_process(),
                     .started = {},
                     .since = utc_now_text()};
    holder.started = start_time(holder.process.start_ticks);
    return holder;
}

std::string holder_text(const RunHolder& holder) {
    const Json json{{"run", holder.run},
                    {"pipeline", holder.pipeline},
                    {"pid", holder.process.pid},
                    {"host", holder.process.host},
                    {"boot", holder.process.boot},
                    {"process_space", holder.process.process_space},
                    {"start_ticks", holder.process.start_ticks},
                    {"started", holder.started},
                    {"since", holder.since}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<RunHolder> parse_holder(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || text_at(json, "run").empty()) return std::nullopt;
    return RunHolder{.run = text_at(json, "run"),
                     .pipeline = text_at(json, "pipeline"),
                     .process = {.pid = static_cast<std::int64_t>(number_at(json, "pid")),
                                 .host = text_at(json, "host"),
                                 .boot = text_at(json, "boot"),
                                 .process_space = text_at(json, "process_space"),
                                 .start_ticks = number_at(json, "start_ticks")},
                     .started = text_at(json, "started"),
                     .since = text_at(json, "since")};
}

std::string holder_sentence(const RunHolder& holder) {
    return fmt::format("run {} of pipeline '{}' (process {} on {}{}) since {}", holder.run, holder.pipeline,
                       holder.process.pid, holder.process.host,
                       holder.started.empty() ? "" : fmt::format(", started {}", holder.started), holder.since);
}

// A foreign boot id on a host of the same name may be a machine that was given this one's name: it is not believed, for
// two runs would hold the destination.
bool has_ended(const RunHolder& holder) {
    return holder.process.boot == this_process().boot && has_ended(holder.process);
}

}  // namespace sluice
